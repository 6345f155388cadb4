using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// Sums of products of signed bytes, exact in 32 bits, for as few rows as make memory the limit: each weight is read once. Letters: M rows, I
/// inputs, O outputs.
/// </summary>
internal static unsafe class Int8Dots
{
    private const int Step = 64;
    private const int RowsTogether = 4;

    /// <summary>acc[m, o] = sum of q[m, i] w[o, i] for <paramref name="outputs"/> rows of the weight.</summary>
    /// <param name="q">[M, I].</param>
    /// <param name="rows">M.</param>
    /// <param name="w">[O, I].</param>
    /// <param name="outputs">O.</param>
    /// <param name="inputs">I; at most 133,000, so that no sum overflows.</param>
    /// <param name="acc">[M, O].</param>
    public static void Multiply<TPairs>(sbyte* q, int rows, sbyte* w, int outputs, int inputs, int* acc)
        where TPairs : IBytePairs
    {
        int m = 0;
        for (; m <= rows - RowsTogether; m += RowsTogether)
        {
            for (int o = 0; o < outputs; o++)
            {
                FourRows<TPairs>(q + ((nint)m * inputs), w + ((nint)o * inputs), inputs, acc + ((nint)m * outputs) + o, outputs);
            }
        }

        for (; m < rows; m++)
        {
            int o = 0;
            for (; o <= outputs - 4; o += 4)
            {
                // The same kernel with the parts exchanged: four rows of the weight meet one of activations.
                FourRows<TPairs>(w + ((nint)o * inputs), q + ((nint)m * inputs), inputs, acc + ((nint)m * outputs) + o, 1);
            }

            for (; o < outputs; o++)
            {
                acc[((nint)m * outputs) + o] = OneRow<TPairs>(q + ((nint)m * inputs), w + ((nint)o * inputs), inputs);
            }
        }
    }

    private static void FourRows<TPairs>(sbyte* four, sbyte* one, int inputs, int* acc, int stride)
        where TPairs : IBytePairs
    {
        Vector512<int> s0 = Vector512<int>.Zero, s1 = s0, s2 = s0, s3 = s0;
        sbyte* second = four + inputs;
        sbyte* third = second + inputs;
        sbyte* fourth = third + inputs;
        int i = 0;
        for (; i <= inputs - Step; i += Step)
        {
            Vector512<sbyte> shared = Vector512.Load(one + i);
            Vector512<short> low = Vector512.WidenLower(shared);
            Vector512<short> high = Vector512.WidenUpper(shared);
            s0 += Sum<TPairs>(four + i, low, high);
            s1 += Sum<TPairs>(second + i, low, high);
            s2 += Sum<TPairs>(third + i, low, high);
            s3 += Sum<TPairs>(fourth + i, low, high);
        }

        acc[0] = Vector512.Sum(s0) + Tail(four, one, i, inputs);
        acc[stride] = Vector512.Sum(s1) + Tail(second, one, i, inputs);
        acc[2 * stride] = Vector512.Sum(s2) + Tail(third, one, i, inputs);
        acc[3 * stride] = Vector512.Sum(s3) + Tail(fourth, one, i, inputs);
    }

    private static int OneRow<TPairs>(sbyte* a, sbyte* b, int inputs)
        where TPairs : IBytePairs
    {
        Vector512<int> sum = Vector512<int>.Zero;
        int i = 0;
        for (; i <= inputs - Step; i += Step)
        {
            Vector512<sbyte> shared = Vector512.Load(b + i);
            sum += Sum<TPairs>(a + i, Vector512.WidenLower(shared), Vector512.WidenUpper(shared));
        }

        return Vector512.Sum(sum) + Tail(a, b, i, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Sum<TPairs>(sbyte* a, Vector512<short> low, Vector512<short> high)
        where TPairs : IBytePairs
    {
        Vector512<sbyte> x = Vector512.Load(a);
        return TPairs.Multiply(Vector512.WidenLower(x), low) + TPairs.Multiply(Vector512.WidenUpper(x), high);
    }

    private static int Tail(sbyte* a, sbyte* b, int from, int to)
    {
        int sum = 0;
        for (int i = from; i < to; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}

/// <summary>Products of signed bytes, widened to 16 bits, summed in pairs; which pairs, each implementation chooses.</summary>
internal interface IBytePairs
{
    static abstract Vector512<int> Multiply(Vector512<short> a, Vector512<short> b);
}

/// <summary>The processor's multiply-and-add of neighbours, where it has one as wide.</summary>
internal readonly struct NativeBytePairs : IBytePairs
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<short> a, Vector512<short> b)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(a, b);
        }

        if (Avx2.IsSupported)
        {
            return Vector512.Create(Avx2.MultiplyAddAdjacent(a.GetLower(), b.GetLower()), Avx2.MultiplyAddAdjacent(a.GetUpper(), b.GetUpper()));
        }

        return PortableBytePairs.Multiply(a, b);
    }
}

/// <summary>The same on any processor: a product of two bytes from -127 on, and the sum of two such, fits 16 bits.</summary>
internal readonly struct PortableBytePairs : IBytePairs
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<short> a, Vector512<short> b)
    {
        Vector512<short> products = a * b;
        return Vector512.WidenLower(products) + Vector512.WidenUpper(products);
    }
}
