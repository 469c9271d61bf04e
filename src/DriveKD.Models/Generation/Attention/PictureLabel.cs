using System.Globalization;

namespace DriveKD.Models.Generation.Attention;

/// <summary>What stands under a picture of a figure.</summary>
public static class PictureLabel
{
    private const int LongestFileName = 24;
    private const int KeptOfStart = 8;
    private const int KeptOfEnd = 14;

    /// <summary>
    /// Its number, folder and file. The folder stands in front: in driving data it names the camera. A long file name is cut in its middle,
    /// because its ends tell it from others.
    /// </summary>
    /// <param name="index">From 0.</param>
    /// <param name="name">The picture's path.</param>
    public static string Of(int index, string name)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(name)) ?? "";
        string file = Path.GetFileName(name);
        string shown = file.Length <= LongestFileName ? file : $"{file[..KeptOfStart]}…{file[^KeptOfEnd..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{index + 1}: {(folder.Length > 0 ? $"{folder}/{shown}" : shown)}");
    }
}
