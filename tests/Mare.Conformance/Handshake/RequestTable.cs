// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>Requests by a name that says what is wrong with them, as rows of a theory.</summary>
internal sealed class RequestTable : Dictionary<string, Func<HandshakeRequest, HandshakeRequest>>
{
    public IEnumerable<TheoryDataRow<string>> Rows => Keys.Select(name => new TheoryDataRow<string>(name)
    {
        Label = name,
    });

    public HandshakeRequest For(EchoServer server, string name) => this[name](HandshakeRequest.For(server));
}
