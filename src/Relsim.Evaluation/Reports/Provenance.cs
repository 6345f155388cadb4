using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;
using Relsim.Torch.Native;

namespace Relsim.Evaluation.Reports;

/// <summary>
/// How the numbers of a run came to be: kept as <c>provenance.json</c> in the run's folder, one entry a command. A run that is killed and
/// started again keeps its entry, the time of its first start included, so that what is written from it stays the same.
/// </summary>
public sealed record Provenance
{
    /// <summary>The file's name.</summary>
    public const string FileName = "provenance.json";

    // Letters of all scripts as they are: the file is read by people too.
    private static readonly ProvenanceJson Readable = new(new JsonSerializerOptions(ProvenanceJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The command, such as "relsim evaluate retrieval".</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments as they were given; a secret among them is not kept.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The seed; null where nothing is random.</summary>
    public long? Seed { get; init; }

    /// <summary>The files that were read.</summary>
    public required IReadOnlyList<InputProvenance> Inputs { get; init; }

    /// <summary>What ran.</summary>
    public required VersionProvenance Versions { get; init; }

    /// <summary>What it ran on.</summary>
    public required MachineProvenance Machine { get; init; }

    /// <summary>When the run was started first, in UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The command line as one line that a shell would take.</summary>
    [JsonIgnore]
    public string CommandLine => string.Join(' ', Arguments.Select(Quote).Prepend(Command));

    /// <summary>
    /// Writes down a run's beginning, or finds that the same run (command, arguments, seed, inputs, versions, machine) has begun
    /// before and gives what was written then. Another run of the same command takes the entry's place.
    /// </summary>
    /// <exception cref="DatasetFormatException">The folder's file is no provenance.</exception>
    /// <exception cref="IOException">An input cannot be read, or the file cannot be written.</exception>
    public static Provenance StartOrResume(string folder, RunDescription run, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var begun = new Provenance
        {
            Command = run.Command,
            Arguments = SecretArguments.Remove(run.Arguments),
            Seed = run.Seed,
            Inputs = [.. run.Inputs.Select(Hash)],
            Versions = VersionProvenance.OfThisProcess(run.UsesModels),
            Machine = MachineProvenance.OfThisMachine(run.Accelerator),
            Started = (time ?? TimeProvider.System).GetUtcNow(),
        };
        IReadOnlyList<Provenance> all = Read(folder);
        if (all.FirstOrDefault(other => Identity(other) == Identity(begun)) is { } before)
        {
            return before;
        }

        Provenance[] kept = [.. all.Where(other => other.Command != begun.Command), begun];
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, kept, Readable.ProvenanceArray));
        return begun;
    }

    /// <summary>The entries of a folder, oldest first; none where there is no file.</summary>
    /// <exception cref="DatasetFormatException">The file is no provenance.</exception>
    public static IReadOnlyList<Provenance> Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Readable.ProvenanceArray)
                ?? throw new DatasetFormatException(path, "the file holds null.");
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, (int)(e.LineNumber ?? 0) + 1, "this is no provenance of a run. Remove the file; only when and how the runs were started is lost.", e);
        }
    }

    private static string Identity(Provenance run) => JsonSerializer.Serialize(run with { Started = default }, Readable.Provenance);

    private static InputProvenance Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        long bytes = stream.Length;
        return new InputProvenance(path, bytes, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>What a command says of its run to <see cref="Provenance.StartOrResume"/>.</summary>
public sealed record RunDescription
{
    /// <summary>The command, such as "relsim evaluate retrieval".</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The seed; null (the default) where nothing is random.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether models compute here, so that the version of libtorch is written down; which ones, with their fingerprints, the results say themselves.</summary>
    public bool UsesModels { get; init; }

    /// <summary>Paths of the files read, which are hashed: manifests and tables, not the pictures that they name. Default none.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Name of the accelerator used; null (the default) for none.</summary>
    public string? Accelerator { get; init; }
}

/// <summary>A file that was read.</summary>
/// <param name="Path">Its path as given.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lower-case hexadecimal digits.</param>
public sealed record InputProvenance(string Path, long Bytes, string Sha256);

/// <summary>Versions.</summary>
/// <param name="Program">This program's.</param>
/// <param name="Runtime">.NET's.</param>
/// <param name="Libtorch">The native tensor library's; null where no model was used.</param>
/// <param name="System">The operating system's.</param>
public sealed record VersionProvenance(string Program, string Runtime, string? Libtorch, string System)
{
    internal static VersionProvenance OfThisProcess(bool usesTorch) => new(
        OfThisProgram(), RuntimeInformation.FrameworkDescription, usesTorch ? TorchRuntime.Describe().LibtorchVersion : null, RuntimeInformation.OSDescription);

    internal static string OfThisProgram() => typeof(VersionProvenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? typeof(VersionProvenance).Assembly.GetName().Version!.ToString(3);
}

/// <summary>A machine.</summary>
/// <param name="Processor">Its processor's name, or its architecture where the system does not say more.</param>
/// <param name="Cores">Logical processors that the process may use.</param>
/// <param name="MemoryMiB">Memory that the process may use, in MiB.</param>
/// <param name="Accelerator">The accelerator used; null for none.</param>
public sealed record MachineProvenance(string Processor, int Cores, long MemoryMiB, string? Accelerator)
{
    internal static MachineProvenance OfThisMachine(string? accelerator) =>
        new(ProcessorName(), Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20, accelerator);

    private static string ProcessorName()
    {
        const string field = "model name";
        string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Provenance))]
[JsonSerializable(typeof(Provenance[]))]
internal sealed partial class ProvenanceJson : JsonSerializerContext;
