using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// A short name for weights that is equal only where they are: names, types, shapes and some bytes of every tensor. Reading all of a model of
/// 15 GB would take longer than using it.
/// </summary>
internal static class WeightsDigest
{
    private const int Samples = 4;
    private const int SampleLength = 64;

    /// <summary>The digest of some sources together, 12 hexadecimal digits.</summary>
    public static string Of(params ReadOnlySpan<TensorSource> sources) => Of("", sources);

    /// <summary>The same with what changes a result beside the weights, such as an activation's name or an adapter's scale.</summary>
    public static string Of(string settings, params ReadOnlySpan<TensorSource> sources)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(settings));
        foreach (TensorSource source in sources)
        {
            foreach ((string name, SafetensorsEntry entry) in source.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{name} {entry.Type} [{string.Join(",", entry.Shape)}]\n"));
                Append(hash, source, name);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static void Append(IncrementalHash hash, TensorSource source, string name)
    {
        using Tensor tensor = source.Read(name);
        using Tensor flat = tensor.flatten();
        long length = Math.Min(SampleLength, flat.shape[0]);
        for (int sample = 0; sample < Samples && length > 0; sample++)
        {
            using Tensor part = flat.narrow(0, (flat.shape[0] - length) * sample / (Samples - 1), length);
            using Tensor copy = part.clone();
            hash.AppendData(copy.bytes);
        }
    }
}
