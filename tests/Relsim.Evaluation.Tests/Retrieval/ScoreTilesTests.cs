using CsCheck;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class ScoreTilesTests
{
    [Fact]
    public void Compute_OfAnyShape_EqualsTheDotProducts() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 2000], Gen.Int[1, 2], Gen.Int[0, 10_000]).Sample(
            (count, dimensions, blocks, seed) =>
            {
                int queries = blocks * ScoreTiles.QueryStep;
                var random = new Random(seed);
                float[] rows = UnitRows(count, dimensions, random), asked = UnitRows(queries, dimensions, random);
                var scores = new float[queries * count];
                ScoreTiles.Compute(asked, queries, new UnitVectors(rows, dimensions), scores);
                for (int q = 0; q < queries; q++)
                {
                    for (int n = 0; n < count; n++)
                    {
                        double expected = 0;
                        for (int d = 0; d < dimensions; d++)
                        {
                            expected += (double)asked[(q * dimensions) + d] * rows[(n * dimensions) + d];
                        }

                        Assert.Equal(expected, scores[(q * count) + n], 2e-6);
                    }
                }
            },
            iter: 40);

    [Fact]
    public void Compute_OfEqualRows_GivesEqualScores()
    {
        float[] row = UnitRows(1, 301, new Random(4));
        float[] rows = [.. Enumerable.Repeat(row, 733).SelectMany(values => values)], asked = UnitRows(4, 301, new Random(5));
        var scores = new float[4 * 733];
        ScoreTiles.Compute(asked, 4, new UnitVectors(rows, 301), scores);
        Assert.Equal(4, scores.Distinct().Count());
    }

    private static float[] UnitRows(int count, int dimensions, Random random)
    {
        var rows = new float[count * dimensions];
        for (int i = 0; i < count; i++)
        {
            Span<float> row = rows.AsSpan(i * dimensions, dimensions);
            double squares = 0;
            foreach (ref float value in row)
            {
                value = random.NextSingle() - 0.5f;
                squares += (double)value * value;
            }

            foreach (ref float value in row)
            {
                value = (float)(value / Math.Sqrt(squares));
            }
        }

        return rows;
    }
}
