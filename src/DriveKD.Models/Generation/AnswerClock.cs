using System.Diagnostics;

namespace DriveKD.Models.Generation;

/// <summary>Takes the times of one answer. A stage that was not reached took none.</summary>
internal sealed class AnswerClock
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private double? _cut;
    private double? _encoded;
    private double? _firstLogits;
    private double? _lastLogits;
    private double? _complete;
    private double? _attentionRead;
    private int _tokens;

    private double Now => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    public void PicturesAreCut() => _cut = Now;

    public void PicturesAreEncoded() => _encoded = Now;

    public void LogitsAreThere()
    {
        _lastLogits = Now;
        _firstLogits ??= _lastLogits;
        _tokens++;
    }

    public void AnswerIsComplete() => _complete = Now;

    public void AttentionIsRead() => _attentionRead = Now;

    public AnswerTimings ToTimings()
    {
        double now = Now;
        double cut = _cut ?? now;
        double encoded = _encoded ?? now;
        double complete = _complete ?? encoded;
        double prefilled = _firstLogits ?? complete;
        return new AnswerTimings(
            cut,
            Math.Max(0, encoded - cut),
            Math.Max(0, prefilled - encoded),
            Math.Max(0, complete - prefilled),
            _firstLogits,
            (_attentionRead ?? complete) - complete,
            _tokens);
    }
}
