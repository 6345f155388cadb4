using System.Collections.Concurrent;
using Relsim.Imaging;

namespace Relsim.Tests.Imaging;

/// <summary>Hostile files: whatever the bytes are, the decoder answers with an image or with its one exception.</summary>
[Trait("Kind", "Fault")]
public sealed class ImageDecoderFaultTests
{
    private const int Mutations = 10_000;

    [Fact]
    public void Decode_MutatedFiles_ThrowOnlyTheTypedError()
    {
        KeyValuePair<string, byte[]>[] seeds = [.. EncodedImages.Make()];
        var preprocessor = new ImagePreprocessor(
            PreprocessingProfiles.Mini128 with { Size = 16 },
            new ImageDecoderOptions { MaxPixels = 1_000_000, MaxBytes = 1 << 20, Timeout = TimeSpan.FromSeconds(5) });
        var faults = new ConcurrentBag<ImageFault>();
        int decoded = 0;

        Parallel.For(0, Mutations, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var random = new Random(i);
            KeyValuePair<string, byte[]> seed = seeds[i % seeds.Length];
            string name = $"{i} of {seed.Key}";
            byte[] mutated = Mutate(seed.Value, seeds[random.Next(seeds.Length)].Value, random);
            try
            {
                PreparedImage image = preprocessor.Prepare(mutated, name);
                Assert.Equal(16 * 16 * 3, image.Image.Pixels.Length);
                Interlocked.Increment(ref decoded);
            }
            catch (ImageDecodeException error)
            {
                Assert.Equal(name, error.Name);
                faults.Add(error.Fault);
            }
        });

        // A fuzzer that only ever breaks the first bytes, or never breaks anything, would prove nothing.
        Assert.Equal(Mutations, decoded + faults.Count);
        Assert.True(decoded > Mutations / 20, $"Only {decoded} mutated files could still be decoded.");
        Assert.Superset(
            new HashSet<ImageFault> { ImageFault.Truncated, ImageFault.Corrupt, ImageFault.NotAnImage, ImageFault.TooLarge },
            faults.ToHashSet());
    }

    private static byte[] Mutate(byte[] seed, byte[] other, Random random)
    {
        byte[] bytes = [.. seed];
        switch (random.Next(6))
        {
            case 0:
                FlipBits(bytes, bytes.Length, random);
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                // Formats keep sizes and counts within their first bytes.
                FlipBits(bytes, Math.Min(64, bytes.Length), random);
                return bytes;
            case 3:
                ForgeNumber(bytes, random);
                return bytes;
            case 4:
                return [.. bytes[..random.Next(bytes.Length)], .. other[random.Next(other.Length)..]];
            default:
                int from = random.Next(bytes.Length);
                int length = random.Next(1, bytes.Length - from + 1);
                return [.. bytes[..from], .. bytes[(from + length)..], .. bytes[from..(from + length)]];
        }
    }

    private static void FlipBits(byte[] bytes, int within, Random random)
    {
        for (int n = random.Next(1, 9); n > 0; n--)
        {
            bytes[random.Next(within)] ^= (byte)(1 << random.Next(8));
        }
    }

    // Extreme numbers where a header may keep a size, an offset or a count.
    private static void ForgeNumber(byte[] bytes, Random random)
    {
        byte[] extreme = random.Next(4) switch
        {
            0 => [0xFF, 0xFF, 0xFF, 0xFF],
            1 => [0, 0, 0, 0],
            2 => [0x7F, 0xFF, 0xFF, 0xFF],
            _ => [0xFF, 0xFF],
        };
        int at = random.Next(Math.Min(bytes.Length - extreme.Length, 256));
        extreme.CopyTo(bytes, at);
    }
}
