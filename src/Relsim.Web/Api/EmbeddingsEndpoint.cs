using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using Relsim.Torch.Encoders;
using Relsim.Web.Library;
using Relsim.Web.Pictures;
using Relsim.Web.Search;

namespace Relsim.Web.Api;

/// <summary><c>POST /v1/embeddings</c>, as OpenAI's clients ask for it.</summary>
internal static class EmbeddingsEndpoint
{
    private const int MostInputs = 256;

    public static async Task<EmbeddingsResponse> EmbedAsync(EmbeddingsRequest request, LibrarySession session, PictureResolver resolver, CancellationToken cancellationToken)
    {
        IReadOnlyList<EmbeddingInput> inputs = EmbeddingInput.ReadAll(request.Input);
        RelationalEncoder encoder = session.Model.Encoder;
        EmbeddingSpace space = SpaceOf(request.Model, encoder);
        bool isBase64 = Check(request, inputs, encoder, space, session.Queue.Capacity);
        Task<IReadOnlyList<ResolvedPicture>> images = resolver.ResolveAsync([.. inputs.Where(input => input.IsImage).Select(input => input.Value)], cancellationToken);
        Task<IReadOnlyList<float[]>> texts = session.Queue.EmbedTextsAsync([.. inputs.Where(input => !input.IsImage).Select(input => input.Value)], cancellationToken);
        await Task.WhenAll(images, texts).ConfigureAwait(false);
        var pictures = new Queue<ResolvedPicture>(await images.ConfigureAwait(false));
        var words = new Queue<float[]>(await texts.ConfigureAwait(false));
        IEnumerable<float[]> embeddings = inputs.Select(input => !input.IsImage ? words.Dequeue()
            : pictures.Dequeue().Embedding is var embedding && space == EmbeddingSpace.Relational ? embedding.Relational : embedding.Attribute);
        EmbeddingItem[] items = [.. embeddings.Select((embedding, i) => new EmbeddingItem("embedding", i, isBase64 ? ToBase64(embedding) : embedding))];
        int tokens = inputs.Sum(input => input.IsImage ? 1 : CountWords(input.Value));
        return new EmbeddingsResponse("list", items, encoder.ModelId, new EmbeddingUsage(tokens, tokens));
    }

    public static ModelList ListModels(LibrarySession session)
    {
        RelationalEncoder encoder = session.Model.Encoder;
        var names = new List<ModelItem> { Item(encoder.ModelId, encoder.RelationalDimension), Item("relational", encoder.RelationalDimension) };
        if (encoder.AttributeDimension > 0)
        {
            names.Add(Item("attribute", encoder.AttributeDimension));
        }

        return new ModelList("list", names);

        static ModelItem Item(string id, int dimension) => new(id, "model", "relsim", dimension);
    }

    private static EmbeddingSpace SpaceOf(string? model, RelationalEncoder encoder)
    {
        bool isAttribute = string.Equals(model, "attribute", StringComparison.OrdinalIgnoreCase);
        if (isAttribute && encoder.AttributeDimension == 0)
        {
            throw ProblemException.BadRequest($"{encoder.ModelId} has no attribute space: ask for the relational one.");
        }

        return isAttribute ? EmbeddingSpace.Attribute
            : string.IsNullOrEmpty(model) || string.Equals(model, "relational", StringComparison.OrdinalIgnoreCase) || model == encoder.ModelId ? EmbeddingSpace.Relational
            : throw new ProblemException(StatusCodes.Status404NotFound, $"There is no model '{model}'. Known: relational, attribute, {encoder.ModelId}.");
    }

    private static bool Check(EmbeddingsRequest request, IReadOnlyList<EmbeddingInput> inputs, RelationalEncoder encoder, EmbeddingSpace space, int capacity)
    {
        int most = Math.Min(MostInputs, capacity);
        if (inputs.Count < 1 || inputs.Count > most)
        {
            throw ProblemException.BadRequest($"A request holds 1 to {most} inputs, not {inputs.Count}.");
        }

        if (inputs.Any(input => !input.IsImage && (string.IsNullOrWhiteSpace(input.Value) || input.Value.Length > WebQuery.LongestText)))
        {
            throw ProblemException.BadRequest($"A text has 1 to {WebQuery.LongestText} characters.");
        }

        if (inputs.Any(input => !input.IsImage) && (space == EmbeddingSpace.Attribute || !encoder.CanEmbedTexts))
        {
            throw ProblemException.BadRequest(encoder.CanEmbedTexts
                ? "Words say nothing about looks: texts are embedded by the model 'relational' alone."
                : $"{encoder.ModelId} embeds no texts as it was loaded; start the server with --text-model.");
        }

        if (request.Dimensions is { } dimensions && dimensions != encoder.Dimension(space))
        {
            throw ProblemException.BadRequest($"Embeddings have {encoder.Dimension(space)} numbers and are not cut to {dimensions}: leave 'dimensions' out.");
        }

        return request.EncodingFormat switch
        {
            null or "float" => false,
            "base64" => true,
            _ => throw ProblemException.BadRequest($"The encoding_format '{request.EncodingFormat}' is unknown. Known: float, base64."),
        };
    }

    private static string ToBase64(float[] embedding)
    {
        byte[] bytes = new byte[embedding.Length * sizeof(float)];
        for (int i = 0; i < embedding.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), embedding[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
