using System.Text;
using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Captioning;

/// <summary>What a run of captions did.</summary>
/// <param name="Images">Pictures that were captioned.</param>
/// <param name="Captions">Lines in the file.</param>
/// <param name="NotAnonymous">Captions among them that are not anonymous.</param>
/// <param name="Errors">Pictures that could not be read.</param>
/// <param name="ErrorFile">Where the errors were written, or null where there were none.</param>
public sealed record CaptionReport(int Images, int Captions, int NotAnonymous, IReadOnlyList<ExportError> Errors, string? ErrorFile);

/// <summary>Captions of many pictures as a JSONL file; a killed run goes on where it was.</summary>
/// <param name="captioner">The captioner.</param>
/// <param name="run">Model and options in a few words: an unfinished file of another run is refused.</param>
/// <param name="limits">Limits on images; null takes the default ones.</param>
public sealed class CaptionExport(AnonymousCaptioner captioner, string run, ImageDecoderOptions? limits = null)
{
    private readonly ImageDecoder _decoder = new(limits);

    /// <summary>
    /// Captions the pictures in order and writes a line for each caption. What is done so far is kept in <paramref name="path"/> + <c>.partial</c>
    /// until the file is complete; pictures that cannot be read are listed in <paramref name="path"/> + <c>.errors.jsonl</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">There is an unfinished file of another run.</exception>
    /// <exception cref="IOException">A file cannot be written; an old one is kept.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what was done is kept for the next run.</exception>
    public async Task<CaptionReport> WriteAsync(
        string path, IReadOnlyList<ImageInput> inputs, IProgress<LibraryProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using CaptionJournal journal = CaptionJournal.Open(path, run);
        var images = new List<CaptionedImage>(inputs.Count);
        foreach (ImageInput[] chunk in inputs.Chunk(captioner.BatchSize))
        {
            images.AddRange(await CaptionAsync(chunk, journal, cancellationToken).ConfigureAwait(false));
            progress?.Report(new LibraryProgress(images.Count, inputs.Count, images.Count(done => done.Error is not null)));
        }

        CaptionLine[] lines = [.. images.SelectMany(image => image.Lines)];
        ExportError[] errors = [.. images.Select(image => image.Error).OfType<ExportError>()];
        string? errorFile = ExportErrors.Write(path, errors);
        if (lines.Length > 0)
        {
            Write(path, lines);
        }

        journal.Complete();
        return new CaptionReport(images.Count - errors.Length, lines.Length, lines.Count(line => !line.IsAnonymous), errors, errorFile);
    }

    /// <summary>Writes lines as a JSONL file, under a temporary name first.</summary>
    /// <exception cref="IOException">The file cannot be written; an old one is kept.</exception>
    public static void Write(string path, IEnumerable<CaptionLine> lines) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        foreach (CaptionLine line in lines)
        {
            writer.WriteLine(line.ToJson());
        }
    });

    private async Task<CaptionedImage[]> CaptionAsync(ImageInput[] inputs, CaptionJournal journal, CancellationToken cancellationToken)
    {
        var results = new CaptionedImage[inputs.Length];
        List<(int Index, EncodedImage Image, string Md5)> open = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            try
            {
                byte[] bytes = _decoder.ReadFile(inputs[i].Path);
                string md5 = CaptionRecord.HashOf(bytes);
                if (journal.Done.TryGetValue(inputs[i].Id, out CaptionedImage? done) && done.ImageHash == md5)
                {
                    results[i] = done;
                }
                else
                {
                    open.Add((i, new EncodedImage(bytes, inputs[i].Path), md5));
                }
            }
            catch (ImageDecodeException e)
            {
                results[i] = Failed(inputs[i], e);
            }
        }

        IReadOnlyList<Answer> answers = open.Count == 0 ? [] : await AskAsync([.. open.Select(question => question.Image)], cancellationToken).ConfigureAwait(false);
        foreach (((int index, _, string md5), Answer answer) in open.Zip(answers))
        {
            results[index] = answer.Fault is { } fault ? Failed(inputs[index], fault) : new CaptionedImage(
                inputs[index].Id, md5, [.. answer.Captions.Select((caption, sample) => CaptionLine.OfImage(inputs[index], md5, caption, sample))], null);
            journal.Append(results[index]);
        }

        return results;
    }

    /// <summary>Asks about all at once, or, where one of them is broken inside, about each: it must not cost the others their captions.</summary>
    private async Task<IReadOnlyList<Answer>> AskAsync(EncodedImage[] images, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await captioner.CaptionAsync(images, cancellationToken).ConfigureAwait(false)).Select(captions => new Answer(captions, null))];
        }
        catch (ImageDecodeException e) when (images.Length == 1)
        {
            return [new Answer([], e)];
        }
        catch (ImageDecodeException)
        {
            var each = new List<Answer>(images.Length);
            foreach (EncodedImage image in images)
            {
                each.AddRange(await AskAsync([image], cancellationToken).ConfigureAwait(false));
            }

            return each;
        }
    }

    private static CaptionedImage Failed(ImageInput input, ImageDecodeException e) => new(input.Id, null, [], new ExportError(input.Id, input.Path, e.Reason));

    /// <summary>The captions of a picture, or why there are none.</summary>
    private sealed record Answer(IReadOnlyList<AnonymousCaption> Captions, ImageDecodeException? Fault);
}
