using System.Globalization;
using Relsim.Evaluation.Descriptors;
using Relsim.Imaging;

namespace Relsim.Evaluation.Methods;

/// <summary>Untrained descriptions of pictures, which are prepared as the mini model sees them.</summary>
internal sealed class DescriptorRows(ImageDescriptor descriptor) : RowSource
{
    private static readonly PreprocessingProfile Profile = PreprocessingProfiles.Mini128;

    private readonly ImagePreprocessor _preprocessor = new(Profile);

    public override string Fingerprint { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{descriptor.Name.Replace(' ', '-')}-{descriptor.Version}-{Profile.Name}-{Profile.Fingerprint}");

    public override Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var rows = new ImageRow[images.Count];
            var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, rows.Length, parallel, i => rows[i] = Describe(images[i].Path));
            return (IReadOnlyList<ImageRow>)rows;
        },
        cancellationToken);

    private ImageRow Describe(string path)
    {
        try
        {
            return new ImageRow(descriptor.Describe(_preprocessor.Load(path)));
        }
        catch (ImageDecodeException e)
        {
            return new ImageRow(null, e.Reason);
        }
    }
}
