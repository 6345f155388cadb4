using System.IO.Compression;

namespace Relsim.Datasets;

/// <summary>
/// The published embedding file: a zip of three numpy arrays, <c>embeddings</c> (float32 [N,D]), <c>image_ids</c> and
/// <c>captions</c> (numpy unicode, UTF-32, [N]), which <c>numpy.load</c> opens without pickle. Archives over 4 GB use zip64.
/// </summary>
public static class NpzFile
{
    internal const string EmbeddingsEntry = "embeddings.npy";
    internal const string ImageIdsEntry = "image_ids.npy";
    internal const string CaptionsEntry = "captions.npy";

    /// <summary>Writes a whole table; for rows that arrive one by one use <see cref="NpzWriter"/>.</summary>
    /// <exception cref="IOException">The file cannot be written; an old file is kept.</exception>
    public static void Write(string path, EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        using NpzWriter writer = new(path, table.Dimension);
        for (int i = 0; i < table.Count; i++)
        {
            writer.Append(table.ImageIds[i], table.Captions[i], table.Row(i));
        }

        writer.Complete();
    }

    /// <summary>
    /// Reads a file of the published layout, compressed or not. Embeddings may be float16, float32 or float64 (little-endian, row-major)
    /// and come back as float32; identifiers may be unicode, bytes or integers; captions may be missing.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">The file is not such an archive, is cut short, or holds pickled objects.</exception>
    public static EmbeddingTable Read(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            (int count, int dimension, float[] embeddings) = ReadEmbeddings(zip, path);
            string[] ids = ReadStrings(zip, path, ImageIdsEntry, count)
                ?? throw new DatasetFormatException(path, $"there is no array {ImageIdsEntry}; the layout is embeddings, image_ids, captions.");
            return new EmbeddingTable(dimension, embeddings, ids, ReadStrings(zip, path, CaptionsEntry, count));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetFormatException(path, $"not a readable npz archive ({e.Message}).", e);
        }
    }

    private static (int Count, int Dimension, float[] Values) ReadEmbeddings(ZipArchive zip, string path)
    {
        ZipArchiveEntry entry = zip.GetEntry(EmbeddingsEntry)
            ?? throw new DatasetFormatException(path, $"there is no array {EmbeddingsEntry}; the layout is embeddings, image_ids, captions.");
        using Stream stream = entry.Open();
        NpyHeader header = NpyHeader.Read(stream, path, EmbeddingsEntry);
        if (header.Shape.Length != 2 || header.Shape[1] is <= 0 or > 1 << 20 || header.Kind != 'f')
        {
            throw new DatasetFormatException(path, $"{EmbeddingsEntry} must be a float [N,D] array, it is {header}.");
        }

        header.RequireLength(entry.Length, path, EmbeddingsEntry);
        if (header.Count > Array.MaxLength)
        {
            throw new DatasetFormatException(path, $"{EmbeddingsEntry} {header} is larger than one array can be; split the file.");
        }

        float[] values = new float[header.Count];
        header.ReadFloats(stream, values);
        return ((int)header.Shape[0], (int)header.Shape[1], values);
    }

    private static string[]? ReadStrings(ZipArchive zip, string path, string name, int count)
    {
        ZipArchiveEntry? entry = zip.GetEntry(name);
        if (entry is null)
        {
            return null;
        }

        using Stream stream = entry.Open();
        NpyHeader header = NpyHeader.Read(stream, path, name);
        if (header.Shape.Length != 1 || header.Shape[0] != count || header.Kind == 'f')
        {
            throw new DatasetFormatException(path, $"{name} must hold {count} strings, it is {header}.");
        }

        header.RequireLength(entry.Length, path, name);
        return header.ReadStrings(stream);
    }
}
