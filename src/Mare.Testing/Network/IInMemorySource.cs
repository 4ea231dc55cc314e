// SPDX-License-Identifier: MIT
namespace Mare.Testing;

/// <summary>Is something whose events a turn hands out: a connection or a listener.</summary>
internal interface IInMemorySource
{
    /// <summary>Gets or sets whether it stands in line. Under the gate.</summary>
    bool IsQueued { get; set; }

    /// <summary>Gets whether it has something to hand out. Under the gate.</summary>
    bool HasWork { get; }

    /// <summary>Hands it out. On the loop, outside of the gate.</summary>
    void OnReady();
}
