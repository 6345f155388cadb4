using Relsim.Datasets;
using Relsim.Search;

namespace Relsim.Torch.Encoders;

/// <summary>What an export did.</summary>
/// <param name="Written">Rows in the npz; 0 means that none was written.</param>
/// <param name="Errors">Pictures that are not in it.</param>
/// <param name="ErrorFile">Where the errors were written, or null where there were none.</param>
public sealed record ExportReport(int Written, IReadOnlyList<ExportError> Errors, string? ErrorFile);

/// <summary>Writes embeddings of pictures as a published npz (see <see cref="NpzFile"/>); each row's caption is the one that fits it best.</summary>
public sealed class EmbeddingExport(RelationalEncoder encoder, CaptionBank captions)
{
    private readonly EmbeddingPipeline _pipeline = new(encoder);

    /// <summary>
    /// Embeds <paramref name="inputs"/> in order. Pictures that cannot be read are listed in <paramref name="path"/> + <c>.errors.jsonl</c>;
    /// a list left from an earlier run is removed. Where no picture can be read there is no npz.
    /// </summary>
    /// <exception cref="ArgumentException">The model does not have that space.</exception>
    /// <exception cref="IOException">A file cannot be written; old ones are kept.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was written.</exception>
    public async Task<ExportReport> WriteAsync(
        string path, IReadOnlyList<ImageInput> inputs, EmbeddingSpace space, IProgress<LibraryProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        int dimension = encoder.Dimension(space);
        using NpzWriter writer = new(path, dimension);
        List<ExportError> errors = [];
        await foreach (EmbeddedImage image in _pipeline.EmbedAsync([.. inputs.Select(input => input.Path)], cancellationToken).ConfigureAwait(false))
        {
            ImageInput input = inputs[writer.Count + errors.Count];
            if (image.Succeeded)
            {
                writer.Append(input.Id, BestCaption(image.Embedding), space == EmbeddingSpace.Relational ? image.Embedding.Relational : image.Embedding.Attribute);
            }
            else
            {
                errors.Add(new ExportError(input.Id, input.Path, image.Error));
            }

            progress?.Report(new LibraryProgress(writer.Count + errors.Count, inputs.Count, errors.Count));
        }

        string? errorFile = ExportErrors.Write(path, errors);
        if (writer.Count > 0)
        {
            writer.Complete();
        }

        return new ExportReport(writer.Count, errors, errorFile);
    }

    private string? BestCaption(RelationalEmbedding embedding) => captions.Count == 0 ? null : captions.BestCaptions(embedding.Relational, 1)[0].Caption;
}
