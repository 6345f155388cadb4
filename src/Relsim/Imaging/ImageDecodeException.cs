namespace Relsim.Imaging;

/// <summary>An image could not be decoded. The message names the image, says what is wrong and what to do about it.</summary>
public sealed class ImageDecodeException : Exception
{
    /// <summary>Creates the error for the image <paramref name="name"/>; <paramref name="detail"/> is a clause without a full stop.</summary>
    public ImageDecodeException(string name, ImageFault fault, string detail, Exception? innerException = null)
        : base($"{name}: {detail}. {Remedy(fault)}", innerException)
    {
        Name = name;
        Reason = $"{detail}. {Remedy(fault)}";
        Fault = fault;
    }

    /// <summary>The path, or the name that the caller gave to the bytes.</summary>
    public string Name { get; }

    /// <summary>What is wrong and what to do about it: the message without the name.</summary>
    public string Reason { get; }

    /// <summary>The kind of fault.</summary>
    public ImageFault Fault { get; }

    private static string Remedy(ImageFault fault) => fault switch
    {
        ImageFault.Unreadable => "Check the path and the permissions.",
        ImageFault.Empty => "Fetch or copy the file again.",
        ImageFault.NotAnImage => $"Supported formats: {string.Join(", ", ImageFormats.Names)}.",
        ImageFault.Unsupported => "Convert it to an 8-bit sRGB JPEG or PNG.",
        ImageFault.TooManyBytes or ImageFault.TooLarge => "Reduce the image, or raise the limit in ImageDecoderOptions.",
        ImageFault.ZeroArea => "Leave it out: it holds no picture.",
        ImageFault.TooNarrow => "Crop it, or leave it out.",
        ImageFault.TimedOut => "Reduce the image, or raise ImageDecoderOptions.Timeout.",
        _ => "Fetch or export the file again.",
    };
}
