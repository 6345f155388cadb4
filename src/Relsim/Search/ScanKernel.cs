using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Relsim.Search;

/// <summary>The instruction sets that the scan is written for; every one gives the same integers.</summary>
internal enum ScanInstructions
{
    /// <summary>128-bit operations that .NET provides on every processor.</summary>
    Portable,

    /// <summary>256-bit AVX2.</summary>
    Avx2,

    /// <summary>512-bit AVX-512BW.</summary>
    Avx512,
}

/// <summary>
/// Integer products of 8-bit rows and 16-bit queries. Rows are widened to 16 bits once for up to four queries and multiplied with a pairwise multiply-add:
/// two instructions for 32 products, as many as a fused float multiply-add needs, over a quarter of the memory.
/// The pairwise sums fit: 2 x 127 x 32767 &lt; 2^31. (.NET 10 offers the 8-bit dot product of VNNI only in its VEX form,
/// and it would cost half the query's precision.)
/// </summary>
internal static unsafe class ScanKernel
{
    /// <summary>Codes a row and a query are padded to a multiple of.</summary>
    public const int Lanes = 32;

    /// <summary>The number of rows must be a multiple of this.</summary>
    public const int RowStep = 4;

    private const int QueryStep = 4;

    /// <summary>The widest set that this processor runs.</summary>
    public static ScanInstructions Best { get; } =
        Avx512BW.IsSupported ? ScanInstructions.Avx512 : Avx2.IsSupported ? ScanInstructions.Avx2 : ScanInstructions.Portable;

    /// <summary>
    /// For each of <paramref name="queryCount"/> queries and <paramref name="rowCount"/> rows the product over the first <paramref name="length"/> codes,
    /// at dots[query * dotStride + row].
    /// </summary>
    public static void Multiply(
        ScanInstructions instructions, sbyte* rows, int rowStride, int rowCount, short* queries, int queryStride, int queryCount, int length, int* dots, int dotStride)
    {
        for (int q = 0; q < queryCount;)
        {
            bool four = instructions == ScanInstructions.Avx512 && q + QueryStep <= queryCount;
            for (int r = 0; r < rowCount; r += RowStep)
            {
                sbyte* row = rows + ((nint)r * rowStride);
                short* query = queries + ((nint)q * queryStride);
                int* dot = dots + ((nint)q * dotStride) + r;
                if (four)
                {
                    FourByFour(row, rowStride, query, queryStride, length, dot, dotStride);
                }
                else
                {
                    Vector128<int> sums = instructions switch
                    {
                        ScanInstructions.Avx512 => FourRows512(row, rowStride, query, length),
                        ScanInstructions.Avx2 => FourRows256(row, rowStride, query, length),
                        _ => FourRows128(row, rowStride, query, length),
                    };
                    sums.Store(dot);
                }
            }

            q += four ? QueryStep : 1;
        }
    }

    private static void FourByFour(sbyte* row, int rowStride, short* query, int queryStride, int length, int* dots, int dotStride)
    {
        sbyte* row1 = row + rowStride, row2 = row1 + rowStride, row3 = row2 + rowStride;
        short* query1 = query + queryStride, query2 = query1 + queryStride, query3 = query2 + queryStride;
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        for (int i = 0; i < length; i += 32)
        {
            Vector512<short> r0 = Avx512BW.ConvertToVector512Int16(Vector256.Load(row + i));
            Vector512<short> r1 = Avx512BW.ConvertToVector512Int16(Vector256.Load(row1 + i));
            Vector512<short> r2 = Avx512BW.ConvertToVector512Int16(Vector256.Load(row2 + i));
            Vector512<short> r3 = Avx512BW.ConvertToVector512Int16(Vector256.Load(row3 + i));
            Vector512<short> q = Vector512.Load(query + i);
            a0 += Avx512BW.MultiplyAddAdjacent(r0, q);
            a1 += Avx512BW.MultiplyAddAdjacent(r1, q);
            a2 += Avx512BW.MultiplyAddAdjacent(r2, q);
            a3 += Avx512BW.MultiplyAddAdjacent(r3, q);
            q = Vector512.Load(query1 + i);
            b0 += Avx512BW.MultiplyAddAdjacent(r0, q);
            b1 += Avx512BW.MultiplyAddAdjacent(r1, q);
            b2 += Avx512BW.MultiplyAddAdjacent(r2, q);
            b3 += Avx512BW.MultiplyAddAdjacent(r3, q);
            q = Vector512.Load(query2 + i);
            c0 += Avx512BW.MultiplyAddAdjacent(r0, q);
            c1 += Avx512BW.MultiplyAddAdjacent(r1, q);
            c2 += Avx512BW.MultiplyAddAdjacent(r2, q);
            c3 += Avx512BW.MultiplyAddAdjacent(r3, q);
            q = Vector512.Load(query3 + i);
            d0 += Avx512BW.MultiplyAddAdjacent(r0, q);
            d1 += Avx512BW.MultiplyAddAdjacent(r1, q);
            d2 += Avx512BW.MultiplyAddAdjacent(r2, q);
            d3 += Avx512BW.MultiplyAddAdjacent(r3, q);
        }

        SumEach(a0, a1, a2, a3).Store(dots);
        SumEach(b0, b1, b2, b3).Store(dots + dotStride);
        SumEach(c0, c1, c2, c3).Store(dots + (2 * dotStride));
        SumEach(d0, d1, d2, d3).Store(dots + (3 * dotStride));
    }

    private static Vector128<int> FourRows512(sbyte* row, int rowStride, short* query, int length)
    {
        sbyte* row1 = row + rowStride, row2 = row1 + rowStride, row3 = row2 + rowStride;
        Vector512<int> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < length; i += 32)
        {
            Vector512<short> q = Vector512.Load(query + i);
            s0 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row + i)), q);
            s1 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row1 + i)), q);
            s2 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row2 + i)), q);
            s3 += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(row3 + i)), q);
        }

        return SumEach(s0, s1, s2, s3);
    }

    private static Vector128<int> FourRows256(sbyte* row, int rowStride, short* query, int length)
    {
        sbyte* row1 = row + rowStride, row2 = row1 + rowStride, row3 = row2 + rowStride;
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < length; i += 16)
        {
            Vector256<short> q = Vector256.Load(query + i);
            s0 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row + i), q);
            s1 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row1 + i), q);
            s2 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row2 + i), q);
            s3 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(row3 + i), q);
        }

        return SumEach(s0, s1, s2, s3);
    }

    private static Vector128<int> FourRows128(sbyte* row, int rowStride, short* query, int length)
    {
        Vector128<int> sums = default;
        for (int r = 0; r < RowStep; r++)
        {
            sbyte* codes = row + ((nint)r * rowStride);
            Vector128<int> sum = default;
            for (int i = 0; i < length; i += 8)
            {
                Vector128<short> wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)(codes + i)).AsSByte());
                Vector128<short> q = Vector128.Load(query + i);
                sum += Vector128.WidenLower(wide) * Vector128.WidenLower(q);
                sum += Vector128.WidenUpper(wide) * Vector128.WidenUpper(q);
            }

            sums = sums.WithElement(r, Vector128.Sum(sum));
        }

        return sums;
    }

    /// <summary>The four sums over lanes, by a transposing tree: a third of the instructions of four separate sums.</summary>
    private static Vector128<int> SumEach(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d)
    {
        Vector512<long> ab = (Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b)).AsInt64();
        Vector512<long> cd = (Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d)).AsInt64();
        Vector512<int> lanes = Avx512F.UnpackLow(ab, cd).AsInt32() + Avx512F.UnpackHigh(ab, cd).AsInt32();
        Vector256<int> half = lanes.GetLower() + lanes.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    private static Vector128<int> SumEach(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        Vector256<int> lanes = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return lanes.GetLower() + lanes.GetUpper();
    }
}
