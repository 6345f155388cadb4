namespace Relsim.Imaging;

/// <summary>The native image library as it runs in this process, for a report to the user.</summary>
/// <param name="LibvipsVersion">Such as "8.18.7".</param>
/// <param name="Formats">Formats that this build of it reads, of those on the allow-list.</param>
/// <param name="MissingFormats">Formats on the allow-list that it has no reader for.</param>
public sealed record ImagingDescription(string LibvipsVersion, IReadOnlyList<string> Formats, IReadOnlyList<string> MissingFormats);

/// <summary>Describes the native image library. Thread-safe.</summary>
public static class ImagingRuntime
{
    private static readonly (string Name, string Operation)[] Loaders =
    [
        ("JPEG", "jpegload_buffer"),
        ("PNG", "pngload_buffer"),
        ("WebP", "webpload_buffer"),
        ("GIF", "gifload_buffer"),
        ("TIFF", "tiffload_buffer"),
        ("AVIF", "heifload_buffer"),
    ];

    /// <summary>Loads the library and asks what it can read; BMP is read without it.</summary>
    /// <exception cref="DllNotFoundException">The library does not load.</exception>
    public static ImagingDescription Describe()
    {
        string version = $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";
        ILookup<bool, string> formats = Loaders.ToLookup(loader => NetVips.NetVips.TypeFind("VipsOperation", loader.Operation) != 0, loader => loader.Name);
        return new ImagingDescription(version, [.. formats[true], "BMP"], [.. formats[false]]);
    }
}
