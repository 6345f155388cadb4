using Relsim.Datasets;
using Relsim.Torch.Native;

namespace Relsim.Torch.Encoders;

/// <summary>What was found for a model.</summary>
/// <param name="Calibration">Its calibration, or null.</param>
/// <param name="Note">Why a file that is there was not used, as a sentence; null where none was passed over.</param>
public sealed record FoundCalibration(ScoreCalibration? Calibration, string? Note);

/// <summary>
/// Where calibrations are kept: <c>calibration.json</c> (of the attribute space: <c>calibration-attribute.json</c>) in the model's folder, or, for the model that ships
/// with the program, for those of the hub and for folders that cannot be written to, in <c>relsim/calibrations</c> of the user's cache folder.
/// </summary>
public static class ModelCalibrations
{
    private const string CacheName = "calibrations";

    /// <summary>
    /// The calibration of a model, by its encoder's fingerprint: the one in its folder, else the user's. One of another fingerprint maps other scores, and is passed
    /// over with a note, as is a file that cannot be read.
    /// </summary>
    public static FoundCalibration Find(string fingerprint, string folder, EmbeddingSpace space) => Find(fingerprint, folder, space, CacheFolder());

    /// <summary>Writes a calibration to where <see cref="Find(string, string, EmbeddingSpace)"/> finds it; another model's in the same folder is left there.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">Neither place can be written to.</exception>
    public static string Save(ScoreCalibration calibration, string folder) =>
        Save(calibration, folder, CacheFolder() ?? throw new IOException("The account has no home folder to keep a calibration in; name a file (--output)."));

    internal static FoundCalibration Find(string fingerprint, string folder, EmbeddingSpace space, string? cache)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string? note = null;
        string?[] places = [Path.Combine(folder, FileName(space)), cache is null ? null : CachePath(cache, fingerprint, space)];
        foreach (string path in places.OfType<string>().Where(File.Exists))
        {
            (ScoreCalibration? calibration, string? fault) = Read(path, fingerprint, space);
            if (calibration is not null)
            {
                return new FoundCalibration(calibration, null);
            }

            note ??= fault;
        }

        return new FoundCalibration(null, note);
    }

    internal static string Save(ScoreCalibration calibration, string folder, string cache)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string beside = Path.Combine(folder, FileName(calibration.Space));
        if (IsUsersOwn(folder) && (!File.Exists(beside) || Read(beside, calibration.Fingerprint, calibration.Space).Calibration is not null))
        {
            try
            {
                calibration.Save(beside);
                return beside;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A shared or mounted model: the user's own place is next.
            }
        }

        string path = CachePath(cache, calibration.Fingerprint, calibration.Space);
        calibration.Save(path);
        return path;
    }

    // What ships is replaced with the program, and a snapshot of the hub holds what the hub has: labels of people would be lost with either.
    private static bool IsUsersOwn(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return full != Path.TrimEndingDirectorySeparator(Path.GetFullPath(MiniEncoder.DefaultFolder)) && Path.GetFileName(Path.GetDirectoryName(full)) != "snapshots";
    }

    private static (ScoreCalibration? Calibration, string? Fault) Read(string path, string fingerprint, EmbeddingSpace space)
    {
        try
        {
            ScoreCalibration calibration = ScoreCalibration.Load(path);
            return calibration.Fingerprint == fingerprint && calibration.Space == space
                ? (calibration, null)
                : (null, $"{path} belongs to the {calibration.Space.ToString().ToLowerInvariant()} scores of {calibration.Fingerprint}, not to this model's ({fingerprint}), and is not used. "
                    + "To calibrate this one: relsim evaluate calibrate.");
        }
        catch (Exception e) when (e is DatasetFormatException or IOException or UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
    }

    private static string FileName(EmbeddingSpace space) => space == EmbeddingSpace.Relational ? "calibration.json" : "calibration-attribute.json";

    // A fingerprint holds a model's own name, which may hold anything; the file itself says whose it is.
    private static string CachePath(string cache, string fingerprint, EmbeddingSpace space) =>
        Path.Combine(cache, $"{string.Concat(fingerprint.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'))}-{space.ToString().ToLowerInvariant()}.json");

    private static string? CacheFolder()
    {
        try
        {
            return UserCache.Folder(CacheName);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }
}
