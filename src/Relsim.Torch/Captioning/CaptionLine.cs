using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;
using Relsim.Torch.Encoders;

namespace Relsim.Torch.Captioning;

/// <summary>One line of a caption file: the published columns (see <see cref="CaptionRecord"/>), and what we add.</summary>
public sealed record CaptionLine
{
    // Letters of all scripts as they are: the file is read by people too.
    private static readonly CaptionJson Readable = new(new JsonSerializerOptions(CaptionJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>MD5 of the picture's bytes in hexadecimal, as the published files name pictures; absent in a line about a group.</summary>
    public string? ImageHash { get; init; }

    /// <summary>The caption; absent in a line about a group.</summary>
    public string? Caption { get; init; }

    /// <summary>The caption of a group, under the name that the published groups have (see <see cref="SeedGroup"/>).</summary>
    public string? AnonymousCaption { get; init; }

    /// <summary>The pictures of a group.</summary>
    public IReadOnlyList<string>? ImageUrls { get; init; }

    /// <summary>The picture's identifier.</summary>
    public string? Id { get; init; }

    /// <summary>The picture's file.</summary>
    public string? Path { get; init; }

    /// <summary>Which of the samples this is, from 0.</summary>
    public required int Sample { get; init; }

    /// <summary>Whether the caption has placeholders and leaks no concrete noun.</summary>
    public required bool IsAnonymous { get; init; }

    /// <summary>Why it is not anonymous.</summary>
    public IReadOnlyList<AnonymityFinding> Problems { get; init; } = [];

    /// <summary>The line of a picture's caption.</summary>
    public static CaptionLine OfImage(ImageInput input, string md5, AnonymousCaption caption, int sample)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(caption);
        return new CaptionLine
        {
            ImageHash = md5,
            Caption = caption.Text,
            Id = input.Id,
            Path = input.Path,
            Sample = sample,
            IsAnonymous = caption.IsAnonymous,
            Problems = caption.Findings,
        };
    }

    /// <summary>The line of a group's caption.</summary>
    public static CaptionLine OfGroup(IReadOnlyList<ImageInput> inputs, AnonymousCaption caption, int sample)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(caption);
        return new CaptionLine
        {
            AnonymousCaption = caption.Text,
            ImageUrls = [.. inputs.Select(input => input.Path)],
            Sample = sample,
            IsAnonymous = caption.IsAnonymous,
            Problems = caption.Findings,
        };
    }

    /// <summary>The line's JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Readable.CaptionLine);
}

/// <summary>What was found out about one picture: its lines, or why there are none. One line of a journal.</summary>
internal sealed record CaptionedImage(string Id, string? ImageHash, IReadOnlyList<CaptionLine> Lines, ExportError? Error);

/// <summary>The first line of a journal: what the run was asked.</summary>
internal sealed record CaptionJournalHeader(string Run);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CaptionLine))]
[JsonSerializable(typeof(CaptionedImage))]
[JsonSerializable(typeof(CaptionJournalHeader))]
internal sealed partial class CaptionJson : JsonSerializerContext;
