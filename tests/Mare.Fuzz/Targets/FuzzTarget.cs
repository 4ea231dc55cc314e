// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Targets;

/// <summary>Is one thing that reads a peer's bytes, with the oracle that says whether it did well.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Gets its name: on the command line, and of its corpus.</summary>
    public abstract string Name { get; }

    /// <summary>Gets whether its corpus is written as text rather than as hex.</summary>
    public virtual bool IsText => false;

    /// <summary>Gets the longest input that is tried, in bytes.</summary>
    public virtual int MaxLength => 1024;

    /// <summary>Gets the words of its language, which mutations insert.</summary>
    public abstract IReadOnlyList<byte[]> Words { get; }

    /// <summary>Feeds an input; whatever this throws is a find.</summary>
    /// <param name="input">The input, which stays as it is.</param>
    /// <param name="splits">In which pieces it comes; all ways must end alike.</param>
    public abstract void Run(byte[] input, Splitting splits);
}
