using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;

namespace DriveKD.Models.Verification;

/// <summary>Finds the pictures that goldens name and cuts them as they were cut for the recording.</summary>
public sealed class PictureSource
{
    private static readonly string _known = Path.Combine("data", "drivelm-demo");

    private readonly string? _root;

    /// <summary>A source of pictures.</summary>
    /// <param name="goldens">The golden folder: the pictures are looked for above it.</param>
    /// <param name="root">The folder that their paths are relative to, where the user named it.</param>
    public PictureSource(string goldens, string? root)
    {
        IsNamedByUser = root is not null;
        _root = root is null ? FindAbove(goldens) : Path.GetFullPath(root);
    }

    /// <summary>The user named the folder: then a missing picture is a mistake.</summary>
    public bool IsNamedByUser { get; }

    /// <summary>Where pictures are looked for, for messages.</summary>
    public string Description => _root ?? $"a folder {_known} above the goldens";

    /// <summary>The picture's file, or null where it is not there. Paths that lead out of the folder count as not there.</summary>
    /// <param name="picture">As the golden names it.</param>
    public string? Find(string picture)
    {
        if (_root is null)
        {
            return null;
        }

        // A user may name data/drivelm-demo or its samples folder; the recorded paths begin with samples/.
        foreach (string root in (string[])[_root, Path.GetFullPath(Path.Combine(_root, ".."))])
        {
            string file = Path.GetFullPath(Path.Combine(root, picture));
            if (file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    /// <summary>Decodes a picture and makes <paramref name="tiles"/> pictures of it: one is the whole, more are OpenGVLab's tiles.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="width">Width of a tile.</param>
    /// <param name="height">Height of a tile.</param>
    /// <param name="tiles">How many the recording has; null for what the limits give.</param>
    /// <param name="minTiles">The fewest tiles of a grid.</param>
    /// <param name="maxTiles">The most tiles of a grid; the recording may have been made with a smaller limit.</param>
    /// <param name="usesThumbnail">Whether a thumbnail follows a grid.</param>
    /// <exception cref="InputException">The picture is broken, or no limit gives so many tiles.</exception>
    public static IReadOnlyList<RgbImage> Cut(string file, int width, int height, int? tiles, int minTiles, int maxTiles, bool usesThumbnail)
    {
        RgbImage image = ImageDecoder.Decode(file);
        if (tiles == 1 || width != height)
        {
            return [BicubicResizer.Resize(image, width, height)];
        }

        for (int limit = maxTiles; limit >= minTiles; limit--)
        {
            DynamicTiling tiling = new(width, minTiles, limit, usesThumbnail);
            if (tiles is null || tiling.CountTiles(tiling.ChooseGrid(image.Width, image.Height)) == tiles)
            {
                return tiling.Cut(image);
            }
        }

        throw new InputException(file, $"is {image.Width} x {image.Height}: no limit from {minTiles} to {maxTiles} tiles gives the {tiles} of the recording.");
    }

    private static string? FindAbove(string folder)
    {
        for (DirectoryInfo? above = new(Path.GetFullPath(folder)); above is not null; above = above.Parent)
        {
            string candidate = Path.Combine(above.FullName, _known);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
