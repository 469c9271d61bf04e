namespace DriveKD.Data.Samples;

/// <summary>What a reader does about faulty records (<c>data.on_error</c> in recipes). A file that is not JSON always stops it.</summary>
public enum OnError
{
    /// <summary>Reports every fault of the file at once and reads nothing.</summary>
    Stop,

    /// <summary>Leaves faulty records out; every one is listed and counted in the result.</summary>
    SkipAndCount,
}
