using DriveKD.World.Actors;

namespace DriveKD.World.Rendering;

/// <summary>Counts whose samples a raster holds.</summary>
internal sealed class OwnerCount(Raster raster, int samplesPerAxis)
{
    private readonly int _width = raster.Width / samplesPerAxis;
    private readonly int _height = raster.Height / samplesPerAxis;

    /// <summary>The id map and each actor's visibility.</summary>
    /// <param name="actors">Those that were drawn.</param>
    /// <param name="covered">Each one's samples, hidden ones too.</param>
    public (int[] Ids, IReadOnlyList<Visibility> Actors) Count(IReadOnlyList<ActorState> actors, int[] covered)
    {
        Tally[] tallies = new Tally[actors.Count];
        Array.Fill(tallies, new Tally { Left = int.MaxValue, Top = int.MaxValue });
        int[] ids = new int[_width * _height];
        for (int row = 0; row < _height; row++)
        {
            for (int column = 0; column < _width; column++)
            {
                int owner = CountPixel(row, column, tallies);
                ids[(row * _width) + column] = owner == 0 ? 0 : actors[owner - 1].Id + 1;
            }
        }

        double perPixel = samplesPerAxis * samplesPerAxis;
        Visibility[] visibilities = new Visibility[actors.Count];
        for (int i = 0; i < actors.Count; i++)
        {
            Tally tally = tallies[i];
            Geometry.Vector position = actors[i].Pose.Position;
            double depth = raster.View.ToCamera(new SpacePoint(position.X, position.Y, 0)).Z;
            visibilities[i] = tally.Samples == 0
                ? new Visibility(actors[i].Id, covered[i] / perPixel, 0, 0, 0, 0, 0, 0, 0, depth)
                : new Visibility(
                    actors[i].Id,
                    covered[i] / perPixel,
                    tally.Samples / perPixel,
                    tally.Left,
                    tally.Top,
                    tally.Right,
                    tally.Bottom,
                    tally.SumX / tally.Samples,
                    tally.SumY / tally.Samples,
                    depth);
        }

        return (ids, visibilities);
    }

    private int CountPixel(int row, int column, Tally[] tallies)
    {
        int best = 0;
        int most = 0;
        for (int y = 0; y < samplesPerAxis; y++)
        {
            int offset = (((row * samplesPerAxis) + y) * raster.Width) + (column * samplesPerAxis);
            for (int x = 0; x < samplesPerAxis; x++)
            {
                int owner = raster.Owners[offset + x];
                if (owner == 0)
                {
                    continue;
                }

                tallies[owner - 1].Add(column, row, column + ((x + 0.5) / samplesPerAxis), row + ((y + 0.5) / samplesPerAxis));
                int count = Samples(owner, row, column);
                if (count > most)
                {
                    (best, most) = (owner, count);
                }
            }
        }

        return best;
    }

    private int Samples(int owner, int row, int column)
    {
        int count = 0;
        for (int y = 0; y < samplesPerAxis; y++)
        {
            int offset = (((row * samplesPerAxis) + y) * raster.Width) + (column * samplesPerAxis);
            count += raster.Owners.AsSpan(offset, samplesPerAxis).Count(owner);
        }

        return count;
    }

    private struct Tally
    {
        public int Samples;
        public int Left;
        public int Top;
        public int Right;
        public int Bottom;
        public double SumX;
        public double SumY;

        public void Add(int column, int row, double x, double y)
        {
            Samples++;
            Left = Math.Min(Left, column);
            Top = Math.Min(Top, row);
            Right = Math.Max(Right, column + 1);
            Bottom = Math.Max(Bottom, row + 1);
            SumX += x;
            SumY += y;
        }
    }
}
