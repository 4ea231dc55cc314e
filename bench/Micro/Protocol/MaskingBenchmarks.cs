// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Mare.Protocol;

namespace Mare.Bench.Micro.Protocol;

/// <summary>The loop that unmasks: in place, and on the way to another buffer, which a plain copy is the floor of.</summary>
[MemoryDiagnoser]
public class MaskingBenchmarks
{
    private byte[] _data = [];
    private byte[] _destination = [];

    [Params(20, 1024, 64 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = RandomNumberGenerator.GetBytes(Size);
        _destination = new byte[Size];
    }

    [Benchmark(Description = "in place")]
    public void InPlace() => Masking.Apply(_data, 0x12345678, 0);

    [Benchmark(Description = "on the way")]
    public void OnTheWay() => Masking.Copy(_data, _destination, 0x12345678, 0);

    [Benchmark(Description = "copy only")]
    public void CopyOnly() => _data.AsSpan().CopyTo(_destination);
}
