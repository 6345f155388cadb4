namespace Relsim.Tokenization;

/// <summary>
/// The added tokens of Qwen2.5-VL that a program names, and the one that relsim adds. Their ids differ between checkpoints:
/// ask <see cref="Qwen2Tokenizer.FindToken"/>.
/// </summary>
public static class SpecialTokens
{
    /// <summary>Where relsim reads its embedding off; added by its adapters, and in no base checkpoint.</summary>
    public const string Query = "<|query|>";

    /// <summary>Stands for one token of an image.</summary>
    public const string ImagePad = "<|image_pad|>";

    /// <summary>Stands for one token of a video.</summary>
    public const string VideoPad = "<|video_pad|>";

    /// <summary>Before an image or a video.</summary>
    public const string VisionStart = "<|vision_start|>";

    /// <summary>After an image or a video.</summary>
    public const string VisionEnd = "<|vision_end|>";

    /// <summary>Before a turn of a conversation.</summary>
    public const string ImStart = "<|im_start|>";

    /// <summary>After a turn of a conversation; ends a generated answer.</summary>
    public const string ImEnd = "<|im_end|>";

    /// <summary>Between documents; pads a batch.</summary>
    public const string EndOfText = "<|endoftext|>";
}
