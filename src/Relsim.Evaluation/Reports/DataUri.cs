namespace Relsim.Evaluation.Reports;

/// <summary>Pictures inside a page.</summary>
internal static class DataUri
{
    /// <summary>The bytes of an image file as a data URI; its type is read from its first bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are no PNG, JPEG or WebP.</exception>
    public static string Of(ReadOnlySpan<byte> file)
    {
        string type = file switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
            _ => throw new ArgumentException($"A picture of a report is PNG, JPEG or WebP; {file.Length} bytes are none of these.", nameof(file)),
        };
        return $"data:{type};base64,{Convert.ToBase64String(file)}";
    }
}
