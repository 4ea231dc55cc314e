// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    private static readonly ExecutionContext CleanContext = CaptureClean();

    private object? _callbackTarget;
    private string? _callbackName;
    private long _callbackNumber;

    /// <summary>Gets how many callbacks have begun; the watchdog sees by it whether the loop moves. Any thread.</summary>
    internal long CallbackNumber => Volatile.Read(ref _callbackNumber);

    /// <summary>Gets the object and the name of the callback that runs now, if one does. Any thread, for the watchdog.</summary>
    internal (object? Target, string? Name) RunningCallback => (Volatile.Read(ref _callbackTarget), Volatile.Read(ref _callbackName));

    /// <summary>Notes whose callback is about to run.</summary>
    internal void EnterCallback(object target, string name)
    {
        _callbackName = name;
        Volatile.Write(ref _callbackNumber, _callbackNumber + 1);
        Volatile.Write(ref _callbackTarget, target);
    }

    /// <summary>Notes that a callback of an actor is about to run; what it awaits will come back to this loop.</summary>
    internal void EnterCallback(Actor actor, string name)
    {
        EnterCallback((object)actor, name);
        SynchronizationContext.SetSynchronizationContext(actor.Context);
    }

    /// <summary>Notes that the callback has returned and takes away what it left in the thread's context.</summary>
    internal void ExitCallback()
    {
        _callbackTarget = null;
        ClearContext();
    }

    private static void ClearContext()
    {
        // Nothing of one connection may reach the next: no AsyncLocal, no Activity, no SynchronizationContext.
        if (!ReferenceEquals(ExecutionContext.Capture(), CleanContext)) ExecutionContext.Restore(CleanContext);
        if (SynchronizationContext.Current is not null) SynchronizationContext.SetSynchronizationContext(null);
    }

    private static ExecutionContext CaptureClean()
    {
        // A new thread whose creation carried nothing over has the default context; there is no other way to name it.
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
