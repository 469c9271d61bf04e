using System.Text;

namespace DriveKD.Data.Text;

/// <summary>
/// The printable alphabet in which byte-level vocabularies are written: every byte is one character; printable Latin-1 bytes
/// stand for themselves, the others for U+0100 and up in byte order.
/// </summary>
public static class ByteLevelAlphabet
{
    private static readonly char[] _characterOfByte = BuildCharacters();
    private static readonly short[] _byteOfCharacter = BuildBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToCharacter(byte value) => _characterOfByte[value];

    /// <summary>
    /// The bytes a token stands for. A token with a character outside the alphabet stands for its own UTF-8 bytes,
    /// as in the reference decoder.
    /// </summary>
    public static byte[] ToBytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            int value = token[i] < _byteOfCharacter.Length ? _byteOfCharacter[token[i]] : -1;
            if (value < 0)
            {
                return Encoding.UTF8.GetBytes(token);
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }

    private static char[] BuildCharacters()
    {
        char[] characters = new char[256];
        char next = '\u0100';
        for (int value = 0; value < characters.Length; value++)
        {
            bool isPrintable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            characters[value] = isPrintable ? (char)value : next++;
        }

        return characters;
    }

    private static short[] BuildBytes()
    {
        short[] bytes = new short[_characterOfByte.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < _characterOfByte.Length; value++)
        {
            bytes[_characterOfByte[value]] = (short)value;
        }

        return bytes;
    }
}
