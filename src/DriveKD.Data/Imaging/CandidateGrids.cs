using System.Numerics;

namespace DriveKD.Data.Imaging;

/// <summary>
/// The grids of a range in OpenGVLab's order. There a Python set is sorted by area, so that grids of equal area keep the set's
/// order, which follows from CPython's tuple hash and table. The order decides ties where every grid has four tiles or more.
/// </summary>
internal static class CandidateGrids
{
    /// <summary>Lists the grids with <paramref name="minTiles"/> to <paramref name="maxTiles"/> tiles.</summary>
    public static TileGrid[] List(int minTiles, int maxTiles)
    {
        // The set is filled for n, for i up to n, for j up to n; a grid enters it at its first n.
        CPythonSet set = new();
        for (int n = minTiles; n <= maxTiles; n++)
        {
            for (int columns = 1; columns <= n; columns++)
            {
                for (int rows = 1; rows <= Math.Min(n, maxTiles / columns); rows++)
                {
                    bool isNew = n == minTiles || columns == n || rows == n;
                    if (isNew && columns * rows >= minTiles)
                    {
                        set.Add(new TileGrid(columns, rows));
                    }
                }
            }
        }

        return [.. set.Items().OrderBy(grid => grid.Count)];
    }

    /// <summary>CPython's set of pairs of small integers (Objects/setobject.c and the tuple hash since 3.8), without removal.</summary>
    private sealed class CPythonSet
    {
        private const int LinearProbes = 9;
        private const int PerturbShift = 5;
        private const int FastGrowthLimit = 50_000;

        private TileGrid?[] _table = new TileGrid?[8];
        private int _used;

        public IEnumerable<TileGrid> Items() => _table.OfType<TileGrid>();

        public void Add(TileGrid item)
        {
            Insert(item);
            _used++;
            int mask = _table.Length - 1;
            if (_used * 5L >= mask * 3L)
            {
                Grow(_used > FastGrowthLimit ? _used * 2 : _used * 4);
            }
        }

        private static ulong Hash(TileGrid item)
        {
            const ulong Prime1 = 11400714785074694791;
            const ulong Prime2 = 14029467366897019727;
            const ulong Prime5 = 2870177450012600261;
            ulong hash = Prime5;
            hash = BitOperations.RotateLeft(hash + ((ulong)item.Columns * Prime2), 31) * Prime1;
            hash = BitOperations.RotateLeft(hash + ((ulong)item.Rows * Prime2), 31) * Prime1;
            return hash + (2 ^ (Prime5 ^ 3527539));
        }

        private void Grow(int more)
        {
            TileGrid?[] old = _table;
            int size = 8;
            while (size <= more)
            {
                size *= 2;
            }

            _table = new TileGrid?[size];
            foreach (TileGrid item in old.OfType<TileGrid>())
            {
                Insert(item);
            }
        }

        private void Insert(TileGrid item)
        {
            ulong mask = (ulong)_table.Length - 1;
            ulong perturb = Hash(item);
            ulong slot = perturb & mask;
            while (true)
            {
                ulong last = slot + LinearProbes <= mask ? slot + LinearProbes : slot;
                for (ulong probe = slot; probe <= last; probe++)
                {
                    if (_table[probe] is null)
                    {
                        _table[probe] = item;
                        return;
                    }
                }

                perturb >>= PerturbShift;
                slot = ((slot * 5) + 1 + perturb) & mask;
            }
        }
    }
}
