using System.Buffers.Binary;

namespace Relsim.Imaging;

/// <summary>Finds the frame header of a JPEG without decoding: the size decides limits and the scale of decoding.</summary>
internal static class JpegHeader
{
    /// <summary>Width and height of the first frame header (SOF0-SOF15), or null where none is found.</summary>
    internal static (int Width, int Height)? FindSize(ReadOnlySpan<byte> bytes)
    {
        int at = 2;
        while (at + 4 <= bytes.Length)
        {
            if (bytes[at] != 0xFF)
            {
                return null;
            }

            byte marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                // Any number of fill bytes may stand before a marker.
                at++;
                continue;
            }

            if (IsFrame(marker))
            {
                return at + 9 <= bytes.Length
                    ? (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]))
                    : null;
            }

            at += IsBare(marker) ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        return null;
    }

    // C4, C8 and CC lie in the range of frames but define Huffman tables, extensions and arithmetic coding.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    private static bool IsBare(byte marker) => marker is 0x01 or (>= 0xD0 and <= 0xD8);
}
