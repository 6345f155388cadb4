using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Relsim.Torch.Nn.Int8;

/// <summary>
/// From sums of bytes to the layer's output: y[m, o] = acc[m, o] s[m] t[o] + b[o] + sum over k of x[m, k] v[k, o]. Every number is computed by the same
/// operations in the same order wherever it stands, so that a row's result does not depend on the others of its batch. Letters: M rows, O
/// outputs, K channels set apart.
/// </summary>
internal static unsafe class Int8Rescale
{
    private const int Lanes = 16;
    private const int Block = 2 * Lanes; // outputs taken together: a cache line of bfloat16
    private const int RowsAtOnce = 16; // as many streams of sums and results as caches fetch ahead
    private const int RowsTogether = 4; // times two vectors: as many sums as keep the multiplier busy

    /// <summary>What is the same for every row of a layer.</summary>
    /// <param name="Scales">t [O].</param>
    /// <param name="Bias">b [O] in float32, or null.</param>
    /// <param name="Side">v [K, O] in bfloat16.</param>
    /// <param name="Apart">K.</param>
    /// <param name="Outputs">O.</param>
    public readonly record struct Layer(nint Scales, nint Bias, nint Side, int Apart, int Outputs);

    /// <summary>Rows of activations: their sums from output <paramref name="First"/> on, and what else they bring.</summary>
    /// <param name="Acc">[M, <paramref name="Width"/>].</param>
    /// <param name="Width">Outputs in <paramref name="Acc"/>.</param>
    /// <param name="First">The first of them.</param>
    /// <param name="Scales">s [M].</param>
    /// <param name="Others">x [M, K].</param>
    /// <param name="Result">y [M, O].</param>
    public readonly record struct Rows(nint Acc, int Width, int First, nint Scales, nint Others, nint Result);

    /// <summary>Writes the results of rows <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static void Write<TFormat>(in Layer layer, in Rows rows, int from, int to)
        where TFormat : IFloatFormat
    {
        float[] rented = ArrayPool<float>.Shared.Rent((layer.Apart + 1) * Block);
        fixed (float* side = rented)
        {
            for (; from < to; from += RowsAtOnce)
            {
                WriteRows<TFormat>(layer, rows, from, Math.Min(from + RowsAtOnce, to), side);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void WriteRows<TFormat>(in Layer layer, in Rows rows, int from, int to, float* side)
        where TFormat : IFloatFormat
    {
        int column = 0;
        for (; column <= rows.Width - Block; column += Block)
        {
            Unpack(layer, rows.First + column, side);
            int row = from;
            for (; row <= to - RowsTogether; row += RowsTogether)
            {
                FourRows<TFormat>(layer, rows, row, column, side);
            }

            for (; row < to; row++)
            {
                OneRow<TFormat>(layer, rows, row, column, side);
            }
        }

        for (int row = from; row < to; row++)
        {
            for (int rest = column; rest < rows.Width; rest++)
            {
                One<TFormat>(layer, rows, row, rest);
            }
        }
    }

    /// <summary>The block's columns of v in float32, side by side: in place they lie a whole row apart.</summary>
    private static void Unpack(in Layer layer, int first, float* side)
    {
        for (int k = 0; k < layer.Apart; k++)
        {
            nint at = ((nint)k * layer.Outputs) + first;
            BFloat16Format.LoadVector((void*)layer.Side, at).Store(side + (k * Block));
            BFloat16Format.LoadVector((void*)layer.Side, at + Lanes).Store(side + (k * Block) + Lanes);
        }
    }

    private static void FourRows<TFormat>(in Layer layer, in Rows rows, int row, int column, float* side)
        where TFormat : IFloatFormat
    {
        Vector512<float> a0 = Start(layer, rows, row, column), b0 = Start(layer, rows, row, column + Lanes);
        Vector512<float> a1 = Start(layer, rows, row + 1, column), b1 = Start(layer, rows, row + 1, column + Lanes);
        Vector512<float> a2 = Start(layer, rows, row + 2, column), b2 = Start(layer, rows, row + 2, column + Lanes);
        Vector512<float> a3 = Start(layer, rows, row + 3, column), b3 = Start(layer, rows, row + 3, column + Lanes);
        nint apart = layer.Apart;
        float* x = (float*)rows.Others + (row * apart);
        for (float* end = x + apart; x < end; x++, side += Block)
        {
            Vector512<float> v = Vector512.Load(side);
            Vector512<float> w = Vector512.Load(side + Lanes);
            Vector512<float> each = Vector512.Create(x[0]);
            a0 = Vector512.FusedMultiplyAdd(each, v, a0);
            b0 = Vector512.FusedMultiplyAdd(each, w, b0);
            each = Vector512.Create(x[apart]);
            a1 = Vector512.FusedMultiplyAdd(each, v, a1);
            b1 = Vector512.FusedMultiplyAdd(each, w, b1);
            each = Vector512.Create(x[2 * apart]);
            a2 = Vector512.FusedMultiplyAdd(each, v, a2);
            b2 = Vector512.FusedMultiplyAdd(each, w, b2);
            each = Vector512.Create(x[3 * apart]);
            a3 = Vector512.FusedMultiplyAdd(each, v, a3);
            b3 = Vector512.FusedMultiplyAdd(each, w, b3);
        }

        Store<TFormat>(layer, rows, row, column, a0, b0);
        Store<TFormat>(layer, rows, row + 1, column, a1, b1);
        Store<TFormat>(layer, rows, row + 2, column, a2, b2);
        Store<TFormat>(layer, rows, row + 3, column, a3, b3);
    }

    private static void OneRow<TFormat>(in Layer layer, in Rows rows, int row, int column, float* side)
        where TFormat : IFloatFormat
    {
        Vector512<float> a = Start(layer, rows, row, column), b = Start(layer, rows, row, column + Lanes);
        float* x = (float*)rows.Others + ((nint)row * layer.Apart);
        for (int k = 0; k < layer.Apart; k++, side += Block)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Create(x[k]), Vector512.Load(side), a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(x[k]), Vector512.Load(side + Lanes), b);
        }

        Store<TFormat>(layer, rows, row, column, a, b);
    }

    private static void One<TFormat>(in Layer layer, in Rows rows, int row, int column)
        where TFormat : IFloatFormat
    {
        nint at = rows.First + column;
        float y = ((int*)rows.Acc)[((nint)row * rows.Width) + column] * ((float*)rows.Scales)[row] * ((float*)layer.Scales)[at];
        y = layer.Bias == 0 ? y : y + ((float*)layer.Bias)[at];
        float* x = (float*)rows.Others + ((nint)row * layer.Apart);
        for (int k = 0; k < layer.Apart; k++)
        {
            y = MathF.FusedMultiplyAdd(x[k], BFloat16Format.Load((void*)layer.Side, ((nint)k * layer.Outputs) + at), y);
        }

        TFormat.Store(y, (void*)rows.Result, ((nint)row * layer.Outputs) + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Start(in Layer layer, in Rows rows, int row, int column)
    {
        Vector512<float> sums = Vector512.ConvertToSingle(Vector512.Load((int*)rows.Acc + ((nint)row * rows.Width) + column));
        Vector512<float> y = sums * ((float*)rows.Scales)[row] * Vector512.Load((float*)layer.Scales + rows.First + column);
        return layer.Bias == 0 ? y : y + Vector512.Load((float*)layer.Bias + rows.First + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TFormat>(in Layer layer, in Rows rows, int row, int column, Vector512<float> a, Vector512<float> b)
        where TFormat : IFloatFormat
    {
        nint to = ((nint)row * layer.Outputs) + rows.First + column;
        TFormat.StoreVector(a, (void*)rows.Result, to);
        TFormat.StoreVector(b, (void*)rows.Result, to + Lanes);
    }
}
