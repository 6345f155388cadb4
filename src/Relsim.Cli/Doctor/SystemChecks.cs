using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Torch.Native;

namespace Relsim.Cli.Doctor;

/// <summary>Looks at everything that the program needs, one part after the other; no part's failure hides another's.</summary>
internal static class SystemChecks
{
    private const long LeastFreeMemory = 1L << 30;
    private const long LeastFreeDisk = 1L << 30;

    public static IEnumerable<Finding> Run(Func<RelsimModel> loadModel) =>
        new Func<IEnumerable<Finding>>[] { System, Libtorch, Libvips, () => Model(loadModel), Sqlite, Memory, Disk }.SelectMany(check => check());

    private static IEnumerable<Finding> System() =>
    [
        new("system", Health.Ok, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores"),
        new(".NET", Health.Ok, RuntimeInformation.FrameworkDescription),
    ];

    private static IEnumerable<Finding> Libtorch() => Try("libtorch", "Build again so that the native packages are restored; on Linux libstdc++ of GCC 12 or later is needed.", () =>
    {
        TorchDescription torch = TorchRuntime.Describe();
        string sets = string.Join(" ", torch.InstructionSets);
        return
        [
            new("libtorch", Health.Ok, torch.LibtorchVersion),
            new("compatibility", Health.Ok, torch.CompatibilityReason is { } reason ? $"an edited copy of TorchSharp's native part is used: {reason}" : "not needed: TorchSharp loads as shipped"),
            new("compute", Health.Ok, $"{torch.ComputeType} on {torch.Threads} threads ({sets})"),
        ];
    });

    private static IEnumerable<Finding> Libvips() => Try("libvips", "Build again so that the package NetVips.Native is restored.", () =>
    {
        ImagingDescription vips = ImagingRuntime.Describe();
        string formats = string.Join(" ", vips.Formats);
        return
        [
            vips.MissingFormats.Count == 0
                ? new Finding("libvips", Health.Ok, $"{vips.LibvipsVersion}, reads {formats}")
                : new Finding("libvips", Health.Warning, $"{vips.LibvipsVersion}, reads {formats}", $"Without a reader: {string.Join(" ", vips.MissingFormats)}. Use the libvips of NetVips.Native."),
        ];
    });

    private static IEnumerable<Finding> Model(Func<RelsimModel> load) => Try("model", "Name another model's folder with --model, or train one: relsim train mini --output DIR.", () =>
    {
        using RelsimModel relsim = load();
        string where = $"{relsim.Encoder.Fingerprint} in {relsim.Folder}";
        return
        [
            new("model", Health.Ok, where),
            !relsim.Encoder.CanEmbedTexts ? new Finding("captions", Health.Warning, "none", "The model embeds no texts as it was loaded, so hits have no reasons.")
                : ModelCaptions.FindFile(relsim.Folder) is { } file
                ? new Finding("captions", Health.Ok, $"{relsim.Captions.Count} in {file}")
                : new Finding("captions", Health.Warning, "none", $"Put a {ModelCaptions.FileName} with one anonymous caption a line beside the model; until then hits have no reasons."),
        ];
    });

    private static IEnumerable<Finding> Sqlite() => Try("SQLite", "Build again so that the package Microsoft.Data.Sqlite is restored.", () =>
    {
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        return [new("SQLite", Health.Ok, connection.ServerVersion)];
    });

    private static IEnumerable<Finding> Memory()
    {
        long free = FreeMemory();
        return [Enough("memory", free, LeastFreeMemory, "Close other programs: the model and its workers take several hundred MB.")];
    }

    private static IEnumerable<Finding> Disk() => Try("disk", "Run in a folder that can be read.", () =>
        [Enough("disk", new DriveInfo(Environment.CurrentDirectory).AvailableFreeSpace, LeastFreeDisk, "Make room: a library takes about 2 KB a picture, and SQLite its log.")]);

    private static Finding Enough(string part, long free, long least, string advice)
    {
        string detail = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):F1} GiB free");
        return free >= least ? new Finding(part, Health.Ok, detail) : new Finding(part, Health.Warning, detail, advice);
    }

    /// <summary>Linux says it in a file; elsewhere the runtime's view of the machine has to do.</summary>
    private static long FreeMemory()
    {
        const string field = "MemAvailable:";
        string? line = File.Exists("/proc/meminfo") ? File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal)) : null;
        return line is not null && long.TryParse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out long kibibytes)
            ? kibibytes << 10
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    private static IEnumerable<Finding> Try(string part, string advice, Func<IEnumerable<Finding>> check)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [new Finding(part, Health.Failed, e.Message, advice)];
        }
    }
}
