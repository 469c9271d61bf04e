using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Observing;

/// <summary>Finds the vision tokens that an object covers.</summary>
public static class ObjectTokens
{
    /// <summary>
    /// The vision tokens whose cell has its centre in an object's box, and the one that holds the box's centre, in every tile and thumbnail. The
    /// box is the recorded one, or else a square around the recorded centre.
    /// </summary>
    /// <param name="objects">Objects; those whose camera is none of the pictures', and those outside their picture, are left out.</param>
    /// <param name="pictures">The pictures in the sequence's order; of several of one camera the first is taken.</param>
    /// <param name="share">The side of the square as a share of the picture's shorter side.</param>
    /// <returns>Indices among all vision tokens, in rising order, each once.</returns>
    public static IReadOnlyList<int> Find(
        IReadOnlyList<ObjectTag> objects, IReadOnlyList<PlacedPicture> pictures, double share = 0.2)
    {
        if (!(share > 0 && double.IsFinite(share)))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share above 0 is expected.");
        }

        SortedSet<int> tokens = [];
        int start = 0;
        HashSet<string> cameras = new(StringComparer.Ordinal);
        foreach (PlacedPicture picture in pictures)
        {
            if (picture.Camera is string camera && cameras.Add(camera))
            {
                foreach (ObjectTag tag in objects.Where(tag => tag.Camera == camera))
                {
                    tokens.UnionWith(Within(NormalizedBox(tag, picture, share), picture).Select(token => start + token));
                }
            }

            start += picture.Layout.Tokens;
        }

        return [.. tokens];
    }

    /// <summary>The object's box with the picture's width and height as 1.</summary>
    private static ObjectBox NormalizedBox(ObjectTag tag, PlacedPicture picture, double share)
    {
        (double unitX, double unitY) = tag.Unit == CoordinateUnit.Pixel ? (picture.Width, picture.Height) : (1.0, 1.0);
        if (tag.Box is ObjectBox box)
        {
            return new ObjectBox(box.Left / unitX, box.Top / unitY, box.Right / unitX, box.Bottom / unitY);
        }

        double half = share * Math.Min(picture.Width, picture.Height) / 2;
        (double x, double y, double halfX, double halfY) = (tag.X / unitX, tag.Y / unitY, half / picture.Width, half / picture.Height);
        return new ObjectBox(x - halfX, y - halfY, x + halfX, y + halfY);
    }

    private static IEnumerable<int> Within(ObjectBox box, PlacedPicture picture)
    {
        (double x, double y) = ((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2);
        if (!(x is >= 0 and <= 1 && y is >= 0 and <= 1))
        {
            yield break;
        }

        (int columns, int rows) = (picture.Layout.Grid.Columns, picture.Layout.Grid.Rows);
        (int width, int height, int perTile) = (picture.Layout.TokenColumns, picture.Layout.TokenRows, picture.Layout.TokensPerTile);
        foreach ((int column, int row) in Cells(box, x, y, columns * width, rows * height))
        {
            int tile = (row / height * columns) + (column / width);
            yield return (tile * perTile) + Place(column % width, row % height);
        }

        if (picture.Layout.HasThumbnail)
        {
            foreach ((int column, int row) in Cells(box, x, y, width, height))
            {
                yield return (picture.Layout.Grid.Count * perTile) + Place(column, row);
            }
        }

        int Place(int column, int row) => picture.Layout.IsColumnByColumn ? (column * height) + row : (row * width) + column;
    }

    /// <summary>Cells of a grid over the whole picture whose centre the box holds, and the cell that holds the box's centre.</summary>
    private static IEnumerable<(int Column, int Row)> Cells(ObjectBox box, double x, double y, int columns, int rows)
    {
        (int Column, int Row) own = (Math.Min((int)(x * columns), columns - 1), Math.Min((int)(y * rows), rows - 1));
        yield return own;
        for (int row = 0; row < rows; row++)
        {
            double centreY = (row + 0.5) / rows;
            for (int column = 0; column < columns && centreY >= box.Top && centreY <= box.Bottom; column++)
            {
                double centreX = (column + 0.5) / columns;
                if (centreX >= box.Left && centreX <= box.Right && (column, row) != own)
                {
                    yield return (column, row);
                }
            }
        }
    }
}
