//! Fee schedules: rates by what an account traded in 30 days.

use cambist_wire::participants::{FeeTier, FeeTierReached, FeeTiersChanged, SetFeeTiers};
use cambist_wire::reasons;
use cambist_wire::snapshot::{FeeTierRow, VolumeRow};

use super::Engine;
use super::timers::DAY_NS;
use crate::account::Fees;

const MILLION: i64 = 1_000_000;
/// More than any day can bring; a damaged snapshot may say otherwise.
const VOLUME_MAX: i128 = 1 << 110;

impl Engine {
    pub(super) fn set_fee_tiers(&mut self, change: &SetFeeTiers<'_>) -> Result<(), u32> {
        let SetFeeTiers { account_id, tiers } = *change;
        if account_id != 0 {
            self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        }
        let schedule = FeeTier::all(tiers).filter(|schedule| is_sound(schedule));
        let schedule = schedule.ok_or(reasons::INVALID_DEFINITION)?;
        if schedule.is_empty() {
            self.fee_schedules.remove(&account_id);
        } else {
            self.fee_schedules.insert(account_id, schedule);
        }
        self.output.emit(&FeeTiersChanged { account_id, tiers });
        self.review_tiers();
        Ok(())
    }

    /// A day has ended: it counts from now on, and the oldest no more.
    pub(super) fn begin_fee_day(&mut self) {
        let (ended_day, today) = (self.output.now_ns / DAY_NS - 1, self.today());
        for account in self.accounts.iter_mut() {
            account.traded.begin(ended_day, today);
        }
        self.review_tiers();
    }

    /// What the schedule gives an account.
    pub(super) fn tier_of(&self, account: u32) -> Fees {
        let account = &self.accounts[account];
        let schedule = self.fee_schedules.get(&account.id).or_else(|| self.fee_schedules.get(&0));
        let total = account.traded.total();
        let reached = schedule.into_iter().flatten().rfind(|tier| i128::from(tier.volume) <= total);
        reached.map_or(Fees::default(), |tier| Fees { maker: tier.maker_fee, taker: tier.taker_fee })
    }

    fn review_tiers(&mut self) {
        let accounts: Vec<u32> = self.accounts.by_id().collect();
        for index in accounts {
            let fees = self.tier_of(index);
            let account = &mut self.accounts[index];
            if fees != account.tier_fees {
                account.tier_fees = fees;
                self.output.emit(&FeeTierReached {
                    account_id: account.id,
                    volume: account.traded.total(),
                    maker_fee: fees.maker,
                    taker_fee: fees.taker,
                });
            }
        }
    }

    /// The day whose end is the next reset, since the epoch.
    const fn today(&self) -> i64 {
        self.next_day_ns / DAY_NS - 1
    }

    pub(super) fn fee_tier_rows(&self) -> impl Iterator<Item = FeeTierRow> {
        self.fee_schedules.iter().flat_map(|(account_id, schedule)| {
            schedule.iter().map(|tier| FeeTierRow {
                account_id: *account_id,
                volume: tier.volume,
                maker_fee: tier.maker_fee,
                taker_fee: tier.taker_fee,
            })
        })
    }

    pub(super) fn volume_rows(&self) -> impl Iterator<Item = VolumeRow> {
        self.accounts.by_id().flat_map(|index| {
            let account = &self.accounts[index];
            let today = std::iter::once((self.today(), account.traded.today));
            let days = account.traded.days.iter().copied().chain(today).filter(|(_, volume)| *volume != 0);
            days.map(|(day, volume)| VolumeRow { account_id: account.id, day, volume })
        })
    }

    pub(super) fn restore_fee_tier(&mut self, row: &FeeTierRow) {
        let FeeTierRow { account_id, volume, maker_fee, taker_fee } = *row;
        self.fee_schedules.entry(account_id).or_default().push(FeeTier { volume, maker_fee, taker_fee });
    }

    pub(super) fn restore_volume(&mut self, row: &VolumeRow) -> Option<()> {
        let (index, today) = (self.accounts.index_of(row.account_id)?, self.today());
        (0..=VOLUME_MAX).contains(&row.volume).then_some(())?;
        let traded = &mut self.accounts[index].traded;
        if row.day == today {
            traded.today = row.volume;
        } else {
            traded.days.push_back((row.day, row.volume));
        }
        Some(())
    }

    /// Tiers follow from what was restored.
    pub(super) fn restore_tiers(&mut self) {
        let accounts: Vec<u32> = self.accounts.by_id().collect();
        for index in accounts {
            self.accounts[index].tier_fees = self.tier_of(index);
        }
    }
}

/// Volumes rise from 0, and no rate is beyond the whole value.
fn is_sound(schedule: &[FeeTier]) -> bool {
    let bounds = -MILLION..=MILLION;
    schedule.first().is_none_or(|tier| tier.volume == 0)
        && schedule.windows(2).all(|pair| pair[0].volume < pair[1].volume)
        && schedule.iter().all(|tier| bounds.contains(&tier.maker_fee) && bounds.contains(&tier.taker_fee))
}
