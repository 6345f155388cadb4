using System.Text;
using System.Text.Json;

namespace Relsim.Torch.Captioning;

/// <summary>
/// What a run of captions has found out so far, kept beside its output so that a killed run goes on where it was. One JSON line a picture,
/// flushed as it is written; a line that a kill cut short is left out at the next start.
/// </summary>
internal sealed class CaptionJournal : IDisposable
{
    private readonly FileStream _stream;

    private CaptionJournal(string path, FileStream stream, IReadOnlyDictionary<string, CaptionedImage> done)
    {
        FilePath = path;
        _stream = stream;
        Done = done;
    }

    public string FilePath { get; }

    /// <summary>The pictures that an earlier run has been through, by identifier.</summary>
    public IReadOnlyDictionary<string, CaptionedImage> Done { get; }

    /// <summary>Opens the journal of an output file, or begins one. <paramref name="run"/> says what is asked of which model.</summary>
    /// <exception cref="InvalidDataException">There is a journal of another run.</exception>
    public static CaptionJournal Open(string output, string run)
    {
        string path = output + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            (Dictionary<string, CaptionedImage> done, long end) = Read(path, stream, run);
            stream.SetLength(end);
            stream.Position = end;
            var journal = new CaptionJournal(path, stream, done);
            if (end == 0)
            {
                journal.Append(JsonSerializer.Serialize(new CaptionJournalHeader(run), CaptionJson.Default.CaptionJournalHeader));
            }

            return journal;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Append(CaptionedImage image) => Append(JsonSerializer.Serialize(image, CaptionJson.Default.CaptionedImage));

    /// <summary>Removes the journal: the output is complete.</summary>
    public void Complete()
    {
        _stream.Dispose();
        File.Delete(FilePath);
    }

    public void Dispose() => _stream.Dispose();

    private void Append(string line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(line + '\n'));
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>The pictures in it, and where its last whole line ends.</summary>
    private static (Dictionary<string, CaptionedImage> Done, long End) Read(string path, FileStream stream, string run)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var done = new Dictionary<string, CaptionedImage>(StringComparer.Ordinal);
        int start = 0;
        for (int end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; start = end + 1, end = Array.IndexOf(bytes, (byte)'\n', start))
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(start, end - start);
            try
            {
                if (start == 0)
                {
                    CheckHeader(path, line, run);
                }
                else if (JsonSerializer.Deserialize(line, CaptionJson.Default.CaptionedImage) is { } image)
                {
                    done[image.Id] = image;
                }
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path} is not a run's unfinished captions ({e.Message}). Move it away and start again.", e);
            }
        }

        return (done, start);
    }

    private static void CheckHeader(string path, ReadOnlySpan<byte> line, string run)
    {
        string? stored = JsonSerializer.Deserialize(line, CaptionJson.Default.CaptionJournalHeader)?.Run;
        if (stored != run)
        {
            throw new InvalidDataException(
                $"{path} holds the unfinished captions of another run ({stored}); this one is {run}. Finish that run with its own options, or delete the file.");
        }
    }
}
