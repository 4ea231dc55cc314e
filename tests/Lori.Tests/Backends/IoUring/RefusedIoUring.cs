// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace Lori.Tests.Backends.IoUring;

/// <summary>
/// Is the child process of <see cref="RefusalTests"/>: has a seccomp filter refuse io_uring to itself, as container runtimes do,
/// then echoes on the backend that auto chooses, and prints what that was and what was logged.
/// </summary>
internal static partial class RefusedIoUring
{
    public const string Argument = "--refuse-io-uring";

    // prctl and seccomp of linux/prctl.h, linux/seccomp.h
    private const int SetNoNewPrivileges = 38;
    private const long SetModeFilter = 1;
    private const long AllThreads = 1;
    private const uint Allow = 0x7FFF0000;
    private const uint Fail = 0x00050000;

    // struct sock_filter's instructions, of linux/bpf_common.h
    private const ushort Load = 0x20; // a word of struct seccomp_data: the system call's number is the first
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;
    private const uint FirstOfIoUring = 425; // setup, enter, register

    private static readonly long SeccompNumber = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 317 : 277;

    public static async Task<int> RunAsync(int error)
    {
        Refuse(error);
        using var log = new RecordingLog();
        var options = new EventLoopOptions { LoggerFactory = log };
        using (var loops = new EventLoopGroup(2, options))
        {
            var listener = new TestListener(loops, static _ => new EchoActor());
            await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" });
            Client.AssertEchoes((IPEndPoint)listener.EndPoints[0]);
            Console.WriteLine(string.Join(' ', loops.Loops.Select(static l => l.BackendName)));
        }

        Console.WriteLine(log.CountOf(26));
        Console.WriteLine(log.Lines.First(static l => l.Id == 26).Text);
        try
        {
            using var loops = new EventLoopGroup(1, new EventLoopOptions { Backend = BackendKind.IoUring });
            Console.WriteLine("not refused");
        }
        catch (PlatformNotSupportedException e)
        {
            Console.WriteLine(e.Message);
        }

        return 0;
    }

    private static unsafe void Refuse(int error)
    {
        var filter = stackalloc Instruction[]
        {
            new(Load, 0, 0, 0),
            new(JumpIfAtLeast, 0, 2, FirstOfIoUring),
            new(JumpIfAtLeast, 1, 0, FirstOfIoUring + 3),
            new(Return, 0, 0, Fail | (uint)error),
            new(Return, 0, 0, Allow),
        };
        var program = new Program { Length = 5, Filter = filter };
        if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "prctl failed");
        if (SystemCall(SeccompNumber, SetModeFilter, AllThreads, &program) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "seccomp failed");
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int operation, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint SystemCall(long number, long operation, long flags, Program* program);

    private readonly struct Instruction(ushort code, byte jumpIfTrue, byte jumpIfFalse, uint operand)
    {
        public readonly ushort Code = code;
        public readonly byte JumpIfTrue = jumpIfTrue;
        public readonly byte JumpIfFalse = jumpIfFalse;
        public readonly uint Operand = operand;
    }

    private unsafe struct Program
    {
        public ushort Length;
        public Instruction* Filter;
    }
}
