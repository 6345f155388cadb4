using Relsim.Imaging;
using Relsim.Scenes;
using Relsim.Scenes.Styles;
using Relsim.Search;

namespace Relsim.Web.Tests;

/// <summary>A folder of painted scenes and a library of them by the model that ships with the program, made once; each server gets a copy of the library.</summary>
internal sealed class Gallery : IDisposable
{
    public const int Count = 48;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The pictures' folder.</summary>
    public string Pictures => _folder["pictures"];

    /// <summary>The pictures' paths.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>The library file; not to be changed.</summary>
    public string Library => _folder["library.db"];

    /// <summary>A new picture of no library, as JPEG.</summary>
    public static byte[] NewJpeg(int seed, int size = 160) => ImageEncoding.Jpeg(Paint(seed, size));

    /// <summary>A new picture of no library, as PNG.</summary>
    public static byte[] NewPng(int seed, int size = 160) => ImageEncoding.Png(Paint(seed, size));

    /// <summary>Bytes as a data URI.</summary>
    public static string DataUri(byte[] bytes) => $"data:{ImageFormats.MediaType(bytes)};base64,{Convert.ToBase64String(bytes)}";

    public async Task MakeAsync()
    {
        Files = SceneFiles.Write(Pictures, SceneGallery.Create(new SceneGalleryOptions { Count = Count, ClutterShare = 0.2 }), 160);
        using RelsimModel model = RelsimModel.LoadDefault();
        using EmbeddingStore store = model.OpenLibrary(Library, create: true);
        await model.AddAsync(store, Files, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Copies the library, so that a test may change it.</summary>
    public string CopyLibrary(TemporaryFolder to)
    {
        string copy = to["library.db"];
        File.Copy(Library, copy);
        return copy;
    }

    public void Dispose() => _folder.Dispose();

    private static RgbImage Paint(int seed, int size) =>
        SceneGallery.Create(new SceneGalleryOptions { Count = 1, Seed = (ulong)seed + 1000, ClutterShare = 0 })[0].Paint(size);
}
