namespace Relsim.Evaluation.Methods;

/// <summary>Pictures as the embeddings of their captions.</summary>
internal sealed class CaptionRows(CaptionSource captions, TextEncoder texts) : RowSource
{
    /// <summary>What the paper's Qwen-T asks of both pictures, in our words; an anonymous caption is asked for by <see cref="Torch.Captioning.CaptionPrompt.SingleImage"/>.</summary>
    public const string PlainPrompt = "Describe this image in one sentence of at most 30 words. Answer with the sentence alone.";

    public override string Fingerprint { get; } = $"{texts.Fingerprint}-of-{captions.Fingerprint}";

    /// <summary>Opens both parts, or neither.</summary>
    public static CaptionRows Open(Func<CaptionSource> openCaptions, Func<TextEncoder> openTexts)
    {
        CaptionSource captions = openCaptions();
        try
        {
            return new CaptionRows(captions, openTexts());
        }
        catch
        {
            captions.Dispose();
            throw;
        }
    }

    public override int ImagesPerCommit => captions.ImagesPerCommit;

    public override async Task<IReadOnlyList<ImageRow>> DescribeAsync(IReadOnlyList<PoolImage> images, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string? Text, string? Error)> written = await captions.CaptionAsync(images, cancellationToken).ConfigureAwait(false);
        string[] known = [.. written.Select(caption => caption.Text).OfType<string>()];
        var rows = new Queue<float[]>(known.Length == 0 ? [] : await texts.EmbedAsync(known, cancellationToken).ConfigureAwait(false));
        return [.. written.Select(caption => caption.Text is null ? new ImageRow(null, caption.Error) : new ImageRow(rows.Dequeue()))];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            texts.Dispose();
            captions.Dispose();
        }

        base.Dispose(disposing);
    }
}
