// SPDX-License-Identifier: MIT
using System.Collections;

namespace Mare.Conformance.Cases;

/// <summary>Cases by their number, as rows of a theory whose tests carry the case's number and description.</summary>
internal sealed class CaseTable : IEnumerable<EchoCase>
{
    private readonly Dictionary<string, EchoCase> _cases = [];

    public EchoCase this[string id] => _cases[id];

    public IEnumerable<TheoryDataRow<string>> Rows => _cases.Values.Select(c => new TheoryDataRow<string>(c.Id)
    {
        Label = $"Case_{c.Id.Replace('.', '_')}: {c.Description}",
    });

    public void Add(EchoCase echoCase) => _cases.Add(echoCase.Id, echoCase);

    public IEnumerator<EchoCase> GetEnumerator() => _cases.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
