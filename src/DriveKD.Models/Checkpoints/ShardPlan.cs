namespace DriveKD.Models.Checkpoints;

/// <summary>Cuts a list of tensors into files.</summary>
internal static class ShardPlan
{
    /// <summary>Fills each file up to the limit, in order.</summary>
    /// <returns>Each file's name and its items; a single file is model.safetensors.</returns>
    public static IReadOnlyList<(string FileName, IReadOnlyList<T> Items)> Cut<T>(IEnumerable<T> items, Func<T, long> byteLength, long maxShardBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxShardBytes, 1);
        List<List<T>> shards = [];
        long room = 0;
        foreach (T item in items)
        {
            long bytes = byteLength(item);
            if (shards.Count == 0 || bytes > room)
            {
                shards.Add([]);
                room = maxShardBytes;
            }

            shards[^1].Add(item);
            room -= bytes;
        }

        return [.. shards.Select((shard, index) => (FileName(index, shards.Count), (IReadOnlyList<T>)shard))];
    }

    public static string FileName(int index, int count) =>
        count == 1 ? WeightFiles.SingleName : $"model-{index + 1:D5}-of-{count:D5}.safetensors";
}
