<?php
// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

if (!defined('BASEPATH')) {
    exit('No direct script access allowed');
}

/** What the page's scripts ask for; see FleetControl::answer(). */
class Ask extends MY_Controller
{
    public function _remap($what, $arguments = array())
    {
        $this->load->library('fleet');
        require_once APPPATH . 'libraries/FleetControl.php';
        $control = new FleetControl($this->fleet, $this->config->config);
        if (!$control->answer($what, FleetControl::names($arguments))) {
            show_404('', false);
        }
    }
}
