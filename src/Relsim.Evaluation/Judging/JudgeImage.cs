using System.Security.Cryptography;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Reports;
using Relsim.Imaging;

namespace Relsim.Evaluation.Judging;

/// <summary>
/// A picture to show to a judge. Bytes are read when they are needed; what is known of them in between is their hash, and that they decode.
/// </summary>
/// <param name="path">The path as the input has it.</param>
/// <param name="file">The file.</param>
/// <param name="maxSide">Longest side sent, or 0.</param>
internal sealed class JudgeImage(string path, string file, int maxSide)
{
    private const int Quality = 90;

    // What the services in use take; everything else is sent as JPEG.
    private static readonly string[] Sendable = ["image/jpeg", "image/png", "image/webp", "image/gif"];
    private static readonly ImageDecoder Decoder = new();

    private bool _isChecked;
    private bool _asItIs;
    private string _mediaType = "image/jpeg";

    public string Path => path;

    /// <summary>SHA-256 of the file, empty where it cannot be read.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Why it cannot be shown, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Pixels that are sent; known after <see cref="Check"/>.</summary>
    public long Area { get; private set; }

    /// <summary>Reads the file for its hash.</summary>
    public void Identify()
    {
        try
        {
            Hash = HashOf(Decoder.ReadFile(file));
        }
        catch (ImageDecodeException e)
        {
            Error = e.Reason;
        }
    }

    /// <summary>Decodes the file whole, so that a broken one is found before anything is paid.</summary>
    public void Check()
    {
        if (_isChecked || Error is not null)
        {
            return;
        }

        try
        {
            byte[] bytes = Decoder.ReadFile(file);
            RgbImage image = Decoder.Decode(bytes, file);
            string type = ImageFormats.MediaType(bytes)!;
            double scale = maxSide == 0 ? 1 : Math.Min(1, (double)maxSide / Math.Max(image.Width, image.Height));
            (_asItIs, Area) = (scale == 1 && Sendable.Contains(type), (long)(image.Width * scale * image.Height * scale));
            (_mediaType, _isChecked) = (_asItIs ? type : _mediaType, true);
        }
        catch (ImageDecodeException e)
        {
            Error = e.Reason;
        }
    }

    /// <summary>What is sent: the file as it is, or a JPEG of it. Equal files give equal bytes.</summary>
    /// <exception cref="InvalidDataException">The file is no longer what it was.</exception>
    /// <exception cref="ImageDecodeException">It can no longer be read.</exception>
    public DataContent Load()
    {
        byte[] bytes = Decoder.ReadFile(file);
        if (HashOf(bytes) != Hash)
        {
            throw new InvalidDataException($"{file}: the picture was changed while it was judged. Run again.");
        }

        if (_asItIs)
        {
            return new DataContent(bytes, _mediaType);
        }

        RgbImage image = Decoder.Decode(bytes, file);
        return new DataContent(Thumbnail.Jpeg(image, maxSide == 0 ? Math.Max(image.Width, image.Height) : maxSide, Quality), _mediaType);
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
