namespace Relsim.Imaging;

/// <summary>Pillow's conversions RGBA to RGBa and back, with its rounding (src/libImaging/Convert.c).</summary>
internal static class PremultipliedAlpha
{
    internal static byte[] Premultiply(ReadOnlySpan<byte> rgba)
    {
        byte[] result = rgba.ToArray();
        for (int i = 0; i < result.Length; i += 4)
        {
            byte alpha = result[i + 3];
            for (int c = 0; c < 3; c++)
            {
                result[i + c] = MultiplyDivide255(result[i + c], alpha);
            }
        }

        return result;
    }

    internal static void Unpremultiply(Span<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            byte alpha = rgba[i + 3];
            if (alpha is 0 or 255)
            {
                continue;
            }

            for (int c = 0; c < 3; c++)
            {
                rgba[i + c] = (byte)Math.Min(255, 255 * rgba[i + c] / alpha);
            }
        }
    }

    /// <summary>a * b / 255, rounded to nearest (MULDIV255).</summary>
    internal static byte MultiplyDivide255(int a, int b)
    {
        int product = (a * b) + 128;
        return (byte)(((product >> 8) + product) >> 8);
    }

    /// <summary>(a * b + c * (255 - b)) / 255, rounded to nearest (BLEND255): a over c with coverage b.</summary>
    internal static byte Blend(int a, int b, int c)
    {
        int sum = (a * b) + (c * (255 - b)) + 128;
        return (byte)(((sum >> 8) + sum) >> 8);
    }
}
