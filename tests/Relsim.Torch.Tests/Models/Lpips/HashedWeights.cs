using System.Text.Json;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Lpips;

/// <summary>Random weights that need no file: element i of parameter t is a hash of both (README of the reference outputs, section lpips).</summary>
internal static class HashedWeights
{
    /// <summary>Writes the parameters that <paramref name="rule"/> lists (keys_in_order, seed), and checks them with its first_values.</summary>
    public static void Write(string path, JsonElement rule)
    {
        using DisposeScope scope = NewDisposeScope();
        uint seed = rule.GetProperty("seed").GetUInt32();
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        uint order = 0;
        foreach (JsonElement entry in rule.GetProperty("keys_in_order").EnumerateArray())
        {
            string name = entry[0].GetString()!;
            long[] shape = [.. entry[1].EnumerateArray().Select(size => size.GetInt64())];
            float[] values = Values(shape, seed, order++);
            float[] first = [.. rule.GetProperty("first_values").GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
            Assert.Equal(first, values[..first.Length]);
            tensors[name] = tensor(values, shape);
        }

        SafetensorsWriter.Write(path, tensors, null, ScalarType.Float32);
    }

    private static float[] Values(long[] shape, uint seed, uint order)
    {
        long fanIn = shape[1..].Aggregate(1L, (count, size) => count * size);
        double bound = shape.Length > 1 ? Math.Sqrt(6.0 / fanIn) : 0.1;
        var values = new float[shape[0] * fanIn];
        uint offset = unchecked((seed * 1000003u) + (order * 15485863u));
        for (uint i = 0; i < values.Length; i++)
        {
            double u = (Mix(unchecked(i + offset)) >> 8) / (double)(1 << 24);
            values[i] = (float)(((2 * u) - 1) * bound);
        }

        return values;
    }

    // The finaliser of MurmurHash3 (Appleby), 32 bits.
    private static uint Mix(uint x) => unchecked(Last((Next((x ^ (x >> 16)) * 0x85ebca6b)) * 0xc2b2ae35));

    private static uint Next(uint x) => x ^ (x >> 13);

    private static uint Last(uint x) => x ^ (x >> 16);
}
