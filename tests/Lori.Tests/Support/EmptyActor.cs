// SPDX-License-Identifier: MIT
namespace Lori.Tests;

/// <summary>Is an actor that only lives on a loop.</summary>
internal sealed class EmptyActor(EventLoop loop) : Actor(loop)
{
    public List<Exception> Failures { get; } = [];

    public void Stop() => End();

    protected override void OnUnhandledException(Exception exception) => Failures.Add(exception);
}
