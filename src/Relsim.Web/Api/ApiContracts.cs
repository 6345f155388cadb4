using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Search;
using Relsim.Web.Search;

namespace Relsim.Web.Api;

/// <summary>What <c>/v1/embeddings</c> takes: OpenAI's shape, with pictures as data URIs.</summary>
/// <param name="Input">A text or a picture, or a list of them. A picture is a data URI, or an object {"image": "data:..."} or {"type": "image_url", "image_url": {"url": "data:..."}}.</param>
/// <param name="Model">relational (default), attribute, or the model's own id for the relational space.</param>
/// <param name="EncodingFormat">float (default) or base64 (little-endian 32-bit floats).</param>
/// <param name="Dimensions">Must be the model's own number where it is given.</param>
public sealed record EmbeddingsRequest(JsonElement Input, string? Model = null, string? EncodingFormat = null, int? Dimensions = null);

/// <summary>What <c>/v1/embeddings</c> answers.</summary>
/// <param name="Kind">"list".</param>
/// <param name="Data">One an input, in order.</param>
/// <param name="Model">The model's id.</param>
/// <param name="Usage">Words of texts, and pictures.</param>
public sealed record EmbeddingsResponse([property: JsonPropertyName("object")] string Kind, IReadOnlyList<EmbeddingItem> Data, string Model, EmbeddingUsage Usage);

/// <summary>One embedding, L2-normalised.</summary>
/// <param name="Kind">"embedding".</param>
/// <param name="Index">Place of its input.</param>
/// <param name="Embedding">A list of numbers, or base64.</param>
public sealed record EmbeddingItem([property: JsonPropertyName("object")] string Kind, int Index, object Embedding);

/// <summary>What a request cost: one a word of a text, one a picture.</summary>
/// <param name="PromptTokens">Of the inputs.</param>
/// <param name="TotalTokens">The same.</param>
public sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);

/// <summary>What <c>/v1/models</c> answers.</summary>
/// <param name="Kind">"list".</param>
/// <param name="Data">The names that <c>/v1/embeddings</c> takes.</param>
public sealed record ModelList([property: JsonPropertyName("object")] string Kind, IReadOnlyList<ModelItem> Data);

/// <summary>A name that <c>/v1/embeddings</c> takes.</summary>
/// <param name="Id">The name.</param>
/// <param name="Kind">"model".</param>
/// <param name="OwnedBy">"relsim".</param>
/// <param name="Dimensions">Numbers of an embedding.</param>
public sealed record ModelItem(string Id, [property: JsonPropertyName("object")] string Kind, string OwnedBy, int Dimensions);

/// <summary>What <c>/v1/search</c> takes: pictures and texts to look for, weights and filters.</summary>
public sealed record SearchRequest : SearchFilters
{
    /// <summary>Pictures: ids of the library's or uploaded ones, or data URIs.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Texts to add.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>Texts to turn away from.</summary>
    public IReadOnlyList<string>? MinusTexts { get; init; }

    /// <summary>-1 = same logic, unlike looks; 0 = same logic (default); 1 = looks alike.</summary>
    public float Blend { get; init; }

    /// <summary>Weight of the relational score; with <see cref="AttributeWeight"/> in place of the blend.</summary>
    public float? RelationalWeight { get; init; }

    /// <summary>Weight of the attribute score; needs a picture.</summary>
    public float? AttributeWeight { get; init; }

    /// <summary>Hits wanted, 1 to 500.</summary>
    [DefaultValue(10)]
    public int Limit { get; init; } = 10;

    internal SearchWeights? Weights => RelationalWeight is null && AttributeWeight is null ? null : new SearchWeights(RelationalWeight ?? 1, AttributeWeight ?? 0);

    internal WebQuery ToQuery() => new()
    {
        Images = Images ?? [],
        Texts = Texts ?? [],
        MinusTexts = MinusTexts ?? [],
        Blend = Blend,
        Folder = Folder,
        Since = Since,
        Until = Until,
        MinSide = MinSide,
        MinScore = MinScore,
        MinInterest = MinInterest,
        Offset = Offset,
        Limit = Limit,
    };
}

/// <summary>An anonymous caption.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Score">How well it fits: a cosine in [-1, 1].</param>
public sealed record CaptionAnswer(string Caption, float Score)
{
    internal static CaptionAnswer Of(CaptionMatch match) => new(match.Caption, match.Score);
}

/// <summary>A picture that was found.</summary>
/// <param name="Id">Its id, for further requests.</param>
/// <param name="Path">Where it is on the server.</param>
/// <param name="Score">The joint score, which the order comes from.</param>
/// <param name="RelationalScore">Shared logic, in [-1, 1].</param>
/// <param name="AttributeScore">Likeness of looks, in [-1, 1]; null where query or model says nothing of looks.</param>
/// <param name="Interest">Probability that it shows a relation at all; null where the model does not say.</param>
/// <param name="SharedCaption">The anonymous caption that query and picture share most; null without captions.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record HitAnswer(
    string Id, string Path, float Score, float RelationalScore, float? AttributeScore, float? Interest, CaptionAnswer? SharedCaption, int Width, int Height)
{
    internal static HitAnswer Of(WebHit hit) => new(
        hit.Picture.Id, hit.Picture.Ranked.Path, hit.Score, hit.RelationalScore, hit.AttributeScore, hit.Picture.Ranked.Interest,
        hit.Caption is { } caption ? CaptionAnswer.Of(caption) : null, hit.Picture.Ranked.Width, hit.Picture.Ranked.Height);
}

/// <summary>What a search found.</summary>
/// <param name="Hits">Best first.</param>
/// <param name="Shortfall">Why there are fewer than asked for, as a sentence; null when there are not.</param>
/// <param name="LibraryCount">Pictures in the library.</param>
public sealed record SearchAnswer(IReadOnlyList<HitAnswer> Hits, string? Shortfall, int LibraryCount)
{
    internal static SearchAnswer Of(WebSearchResult result) => new([.. result.Hits.Select(HitAnswer.Of)], result.Shortfall?.ToString(), result.LibraryCount);
}

/// <summary>Two pictures to score: ids of the library's or uploaded ones, or data URIs.</summary>
/// <param name="First">A picture.</param>
/// <param name="Second">Another picture.</param>
public sealed record ScoreRequest(string First, string Second);

/// <summary>How two pictures compare.</summary>
/// <param name="RelationalScore">Shared logic, in [-1, 1].</param>
/// <param name="AttributeScore">Likeness of looks, in [-1, 1]; null where the model says nothing of looks.</param>
/// <param name="FirstInterest">Probability that the first shows a relation at all; null where the model does not say.</param>
/// <param name="SecondInterest">The same of the second.</param>
/// <param name="SharedCaption">The caption that both share most; null without captions.</param>
/// <param name="RelatedProbability">Probability that people call the pair related; null where the model is not calibrated.</param>
public sealed record ScoreAnswer(
    float RelationalScore, float? AttributeScore, float? FirstInterest, float? SecondInterest, CaptionAnswer? SharedCaption, double? RelatedProbability)
{
    internal static ScoreAnswer Of(ImageComparison comparison) => new(
        comparison.RelationalScore, comparison.AttributeScore, comparison.FirstInterest, comparison.SecondInterest,
        comparison.SharedCaptions is [var best, ..] ? CaptionAnswer.Of(best) : null, comparison.RelatedProbability);
}

/// <summary>One picture to describe, or two to compare.</summary>
/// <param name="First">A picture: an id of the library's or an uploaded one, or a data URI.</param>
/// <param name="Second">Another one, or null.</param>
/// <param name="Captions">Captions in each list, 1 to 50.</param>
public sealed record ExplainRequest(string First, string? Second = null, [property: DefaultValue(5)] int Captions = 5);

/// <summary>A caption that tells two pictures apart.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Score">How well it fits the picture that it describes.</param>
/// <param name="OtherScore">How well it fits the other.</param>
public sealed record ContrastAnswer(string Caption, float Score, float OtherScore)
{
    internal static ContrastAnswer Of(CaptionContrast contrast) => new(contrast.Caption, contrast.First, contrast.Second);
}

/// <summary>In words, what logic a picture shows, or what two share and what tells them apart.</summary>
/// <param name="Captions">Of one picture: the captions that fit best. Of two: those that fit both.</param>
/// <param name="FirstInterest">Probability that the first shows a relation at all; null where the model does not say.</param>
/// <param name="SecondInterest">The same of the second.</param>
/// <param name="RelationalScore">Shared logic of two; null of one.</param>
/// <param name="AttributeScore">Likeness of looks of two; null of one, or where the model says nothing of looks.</param>
/// <param name="FirstOnly">Captions of the first and not the second.</param>
/// <param name="SecondOnly">Captions of the second and not the first.</param>
public sealed record ExplainAnswer(
    IReadOnlyList<CaptionAnswer> Captions, float? FirstInterest, float? SecondInterest, float? RelationalScore, float? AttributeScore,
    IReadOnlyList<ContrastAnswer> FirstOnly, IReadOnlyList<ContrastAnswer> SecondOnly);
