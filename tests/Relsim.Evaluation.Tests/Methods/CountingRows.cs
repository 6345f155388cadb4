using Relsim.Evaluation.Methods;

namespace Relsim.Evaluation.Tests.Methods;

/// <summary>A source of rows that depend on a picture's bytes alone, and that counts what it is asked; it may fail after some portions, as a killed run does.</summary>
internal sealed class CountingRows(string fingerprint, List<string[]> portions, Func<PoolImage, ImageRow> row, int failAfter = int.MaxValue) : RowSource
{
    public override string Fingerprint => fingerprint;

    public override int ImagesPerCommit => 4;

    public override Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken)
    {
        if (portions.Count >= failAfter)
        {
            throw new IOException("the power went out");
        }

        portions.Add([.. images.Select(image => image.Sha256)]);
        return Task.FromResult<IReadOnlyList<ImageRow>>([.. images.Select(row)]);
    }

    /// <summary>A unit vector of few different values, so that scores are often equal.</summary>
    public static ImageRow Coarse(PoolImage image)
    {
        double angle = (image.Sha256[0] % 4) * Math.PI / 8;
        return new ImageRow([(float)Math.Cos(angle), (float)Math.Sin(angle)]);
    }
}
