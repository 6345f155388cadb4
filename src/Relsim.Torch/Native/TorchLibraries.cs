using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Relsim.Torch.Native;

/// <summary>Finds and loads the native libraries of TorchSharp; on an older libstdc++ through an edited copy.</summary>
/// <remarks>
/// libLibTorchSharp.so 0.107 is built with GCC 13 and asks libstdc++ for GLIBCXX_3.4.32, which Debian 12 and Ubuntu 22.04
/// do not have. One import needs it: std::ios_base_library_init(), which sets up the standard streams and which older
/// libraries do in their own start-up code, as libtorch_cpu.so has done by then. The copy calls
/// std::chrono::steady_clock::now() in its place: an import the library has anyway, without arguments or effects.
/// See docs/decisions/0001-torchsharp-on-older-glibcxx.md. Nothing here may mention a TorchSharp type: using one
/// would start the load that this class has to come before.
/// </remarks>
internal static class TorchLibraries
{
    private const string Wrapper = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string MissingImport = "_ZSt21ios_base_library_initv";
    private const string HarmlessImport = "_ZNSt6chrono3_V212steady_clock3nowEv";

    /// <summary>Loads the libraries; a null answer means that they load as shipped, a text says why a copy was needed.</summary>
    /// <exception cref="TorchLoadException">They do not load; the message holds the loader's reason.</exception>
    public static string? Load()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null; // TorchSharp's own loading is enough on Windows and macOS
        }

        NativeTuning.Apply();
        // The wrapper finds these by their sonames once they are in the process, wherever the wrapper itself lies.
        LoadOrExplain(Find("libtorch_cpu.so"));
        LoadOrExplain(Find("libtorch.so"));
        string wrapper = Find(Wrapper);
        try
        {
            NativeLibrary.Load(wrapper);
            return null;
        }
        catch (DllNotFoundException e) when (e.Message.Contains(MissingVersion, StringComparison.Ordinal))
        {
            LoadCompatibleCopy(wrapper);
            return $"the system's libstdc++ has no {MissingVersion}, which {Wrapper} asks for";
        }
        catch (DllNotFoundException e)
        {
            throw Unloadable(wrapper, e);
        }
    }

    /// <summary>The library's bytes with the one import that an older libstdc++ lacks sent to a harmless one.</summary>
    /// <exception cref="ElfFormatException">The library is not the one that this edit is meant for.</exception>
    public static byte[] MakeCompatible(byte[] library)
    {
        byte[] copy = [.. library];
        new ElfSymbolVersions(copy).Redirect(MissingImport, MissingVersion, HarmlessImport);
        return copy;
    }

    /// <summary>
    /// Puts <paramref name="content"/> under <paramref name="folder"/> in a file named by its hash, unless it is there already
    /// unharmed, and gives its path. Processes that race write the same bytes and the last rename wins.
    /// </summary>
    public static string Store(string folder, byte[] content)
    {
        string file = Path.Combine(folder, $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}.so");
        if (File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(content))
        {
            return file;
        }

        CreatePrivateFolder(folder);
        string temporary = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return file;
    }

    /// <summary>The path of a native library: in the application's output, beside the host's native folders, or in the NuGet cache.</summary>
    /// <exception cref="TorchLoadException">It is in none of them.</exception>
    public static string Find(string library)
    {
        List<string> folders = [.. Folders()];
        return folders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists)
            ?? throw new TorchLoadException(
                $"{library} was not found in: {string.Join(", ", folders)}. Build again so that the package's native files are restored.");
    }

    private static IEnumerable<string> Folders()
    {
        string native = Path.Combine("runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        yield return Path.Combine(AppContext.BaseDirectory, native);
        yield return AppContext.BaseDirectory;

        // What the host worked out from the application's deps.json.
        string hostFolders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (string folder in hostFolders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string pattern in Directory.Exists(cache) ? new[] { "torchsharp", "libtorch-cpu-linux-*" } : [])
        {
            foreach (string version in Directory.EnumerateDirectories(cache, pattern).SelectMany(Directory.EnumerateDirectories))
            {
                yield return Path.Combine(version, native);
            }
        }
    }

    private static void LoadCompatibleCopy(string wrapper)
    {
        byte[] content;
        try
        {
            content = MakeCompatible(File.ReadAllBytes(wrapper));
        }
        catch (ElfFormatException e)
        {
            throw new TorchLoadException(
                $"{wrapper} needs {MissingVersion}, which this system's libstdc++ lacks, and is not the file that the compatibility step knows: "
                + $"{e.Message} Use the TorchSharp version that this library was built with, or a system with GCC 13's libstdc++.", e);
        }

        try
        {
            LoadOrExplain(Store(UserCache.Folder("native"), content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LoadFromTemporaryFolder(content);
        }
    }

    /// <summary>For accounts without a writable home: a folder of this process alone, gone once the library is mapped.</summary>
    private static void LoadFromTemporaryFolder(byte[] content)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-");
        try
        {
            LoadOrExplain(Store(folder.FullName, content));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void LoadOrExplain(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw Unloadable(path, e);
        }
    }

    private static TorchLoadException Unloadable(string path, DllNotFoundException e) =>
        new($"{path} does not load: {e.Message.Trim()} It needs 64-bit glibc Linux with libstdc++ of GCC 12 or later.", e);
}
