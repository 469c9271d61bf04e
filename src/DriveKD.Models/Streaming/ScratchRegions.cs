namespace DriveKD.Models.Streaming;

/// <summary>Which parts of a scratch file are in use: first fit, neighbours that are free are one.</summary>
internal sealed class ScratchRegions
{
    private readonly SortedList<long, long> _free = [];

    /// <summary>The end of the part of the file that was ever used.</summary>
    public long End { get; private set; }

    /// <summary>Takes a region.</summary>
    /// <param name="length">Bytes, above 0.</param>
    /// <returns>Where it begins.</returns>
    public long Take(long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        for (int i = 0; i < _free.Count; i++)
        {
            (long offset, long free) = (_free.GetKeyAtIndex(i), _free.GetValueAtIndex(i));
            if (free >= length)
            {
                _free.RemoveAt(i);
                if (free > length)
                {
                    _free.Add(offset + length, free - length);
                }

                return offset;
            }
        }

        long end = End;
        End += length;
        return end;
    }

    /// <summary>Gives a region back.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">The bytes it was taken with.</param>
    public void Return(long offset, long length)
    {
        _free.Add(offset, length);
        int at = _free.IndexOfKey(offset);
        Join(at);
        Join(at - 1);
    }

    private void Join(int first)
    {
        if (first >= 0 && first + 1 < _free.Count && _free.GetKeyAtIndex(first) + _free.GetValueAtIndex(first) == _free.GetKeyAtIndex(first + 1))
        {
            _free.SetValueAtIndex(first, _free.GetValueAtIndex(first) + _free.GetValueAtIndex(first + 1));
            _free.RemoveAt(first + 1);
        }
    }
}
