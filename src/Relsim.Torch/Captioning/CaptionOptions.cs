namespace Relsim.Torch.Captioning;

/// <summary>How captions are sampled. The defaults are those of the published captioner.</summary>
public sealed record CaptionOptions
{
    /// <summary>What the model is asked; null asks <see cref="CaptionPrompt.SingleImage"/> or <see cref="CaptionPrompt.ImageGroup"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>Captions wanted of each picture or group, at least 1. Default 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Most tokens of a caption, at least 1. Default 128.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Temperature; 0 takes the likeliest token each time. Default 0.7.</summary>
    public float Temperature { get; init; } = 0.7f;

    /// <summary>The likeliest tokens that together have this probability are sampled from, in (0, 1]. Default 0.9.</summary>
    public float TopP { get; init; } = 0.9f;

    /// <summary>Equal seeds give equal captions where the model is local; others are asked to. Default 0.</summary>
    public long Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(TopP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TopP, 1);
    }
}
