// SPDX-License-Identifier: MIT
namespace Lori.Backends.IoUring;

/// <summary>Is something whose operations complete through the ring. Loop only.</summary>
internal interface IIoUringTarget
{
    /// <summary>Hears that an operation has a result, and, without <see cref="Kernel.HasMore"/>, that it has ended.</summary>
    /// <param name="operation">Which of its operations.</param>
    /// <param name="result">What it gave; negative, the error's number.</param>
    /// <param name="flags">What else the kernel says.</param>
    void OnCompleted(Operation operation, int result, uint flags);

    /// <summary>Closes its descriptor, and tells nobody: the ring is closed, and no operation will end any more.</summary>
    void OnRingClosed();
}

/// <summary>Names an operation of a target: the low bits of a submission's user data.</summary>
internal enum Operation : byte
{
    /// <summary>Whose result nobody waits for: a cancellation.</summary>
    None,

    /// <summary>The waker's poll.</summary>
    Wake,

    /// <summary>A receive, into a buffer of the ring.</summary>
    Receive,

    /// <summary>A poll for bytes to be read.</summary>
    Readable,

    /// <summary>A send that takes what the socket takes at once. It completes only if that was not all.</summary>
    Send,

    /// <summary>A send that waits until the socket is writable.</summary>
    PatientSend,

    /// <summary>A poll for errors while nothing is received.</summary>
    Watch,

    /// <summary>An accept.</summary>
    Accept,

    /// <summary>A connect.</summary>
    Connect,
}
