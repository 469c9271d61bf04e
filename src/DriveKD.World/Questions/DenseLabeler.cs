using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>Labels the parts of a scene's picture.</summary>
public static class DenseLabeler
{
    /// <summary>An object needs this many of a token's pixels.</summary>
    public const int LeastPixels = 5;

    /// <summary>Labels a picture's tokens: each by the object that has most of its pixels.</summary>
    /// <param name="facts">What is true of the scene, with its picture.</param>
    /// <param name="gridSide">Tokens along each side; 6 for pictures of 84 pixels and tokens of 14.</param>
    /// <exception cref="InputException">The picture cannot be cut into so many equal tokens.</exception>
    public static DenseLabels Label(SceneFacts facts, int gridSide)
    {
        RgbImage image = facts.Picture.Image;
        if (gridSide < 1 || image.Width % gridSide != 0 || image.Height % gridSide != 0)
        {
            throw new InputException("picture", string.Create(
                CultureInfo.InvariantCulture,
                $"has {image.Width} x {image.Height} pixels, which {gridSide} x {gridSide} equal tokens do not divide; choose a size that is a multiple of the tokens per side."));
        }

        int tokens = gridSide * gridSide;
        (sbyte[] kinds, sbyte[] colors, sbyte[] motions, sbyte[] sides, sbyte[] bands) =
            (new sbyte[tokens], new sbyte[tokens], new sbyte[tokens], new sbyte[tokens], new sbyte[tokens]);
        for (int token = 0; token < tokens; token++)
        {
            if (Owner(facts, token / gridSide, token % gridSide, image.Width / gridSide, image.Height / gridSide) is not int actorId)
            {
                continue;
            }

            SceneObject? item = facts.Objects.FirstOrDefault(item => item.Actor.Id == actorId);
            kinds[token] = Value(item?.Actor.Kind);
            colors[token] = Value(item?.Actor.Color);
            motions[token] = Value(item?.Motion);
            sides[token] = Value(item?.Side);
            bands[token] = Value(item?.Band);
        }

        return new DenseLabels
        {
            GridSide = gridSide,
            Kinds = kinds,
            Colors = colors,
            Motions = motions,
            Sides = sides,
            Bands = bands,
            Light = facts.Light,
            HasCrossing = facts.HasCrossing,
            LeftLine = Line(facts.LeftLineIsDashed),
            RightLine = Line(facts.RightLineIsDashed),
            SomebodyCrosses = facts.Objects.Any(item => item.Next == Outcome.Crosses),
        };
    }

    private static sbyte Value<T>(T? value)
        where T : struct, Enum =>
        value is T known ? (sbyte)(1 + Convert.ToInt32(known, CultureInfo.InvariantCulture)) : DenseLabels.Unknown;

    private static int Line(bool? isDashed) => isDashed switch { null => 0, true => 1, false => 2 };

    /// <summary>The id of the actor that has most of a token's pixels, at least <see cref="LeastPixels"/>; the lower id of two that have equally many.</summary>
    private static int? Owner(SceneFacts facts, int row, int column, int width, int height)
    {
        int stride = facts.Picture.Image.Width;
        Dictionary<int, int> pixels = [];
        for (int y = row * height; y < (row + 1) * height; y++)
        {
            for (int x = column * width; x < (column + 1) * width; x++)
            {
                int id = facts.Picture.Ids[(y * stride) + x];
                if (id != 0)
                {
                    pixels[id] = pixels.GetValueOrDefault(id) + 1;
                }
            }
        }

        (int best, int most) = (0, LeastPixels - 1);
        foreach ((int id, int count) in pixels.OrderBy(pair => pair.Key))
        {
            (best, most) = count > most ? (id, count) : (best, most);
        }

        return best == 0 ? null : best - 1;
    }
}
